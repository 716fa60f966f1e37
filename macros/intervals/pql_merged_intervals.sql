{#-
Merging: intervals of equal keys that overlap or touch become one.

    before         [--A--)     [--A--)
                      [---A---)            [--A--)

    after          [--------A--------)     [--A--)

intervals  relation with the keys, valid_from and valid_to (null: open)
keys       columns whose equal values may be merged: whose interval it is, and what holds during it

A SELECT with the keys, valid_from and valid_to. "The second fact about one object before the first has left", "two
rules of one rule_id", "the same status with another row behind it": all of these are this.
-#}

{% macro pql_merged_intervals(intervals, keys) -%}
    select
        {{ keys | join(', ') }},
        min(valid_from) as valid_from,
        nullif(max(ends_at), {{ pql_never() }}) as valid_to
    from (
        select
            *,
            sum(case when valid_from <= ended_before then 0 else 1 end) over (
                partition by {{ keys | join(', ') }} order by valid_from, ends_at, ended_before nulls first
                rows unbounded preceding
            ) as run_number
        from (
            select
                {{ keys | join(', ') }},
                valid_from,
                coalesce(valid_to, {{ pql_never() }}) as ends_at,
                max(coalesce(valid_to, {{ pql_never() }})) over (
                    partition by {{ keys | join(', ') }} order by valid_from, coalesce(valid_to, {{ pql_never() }})
                    rows between unbounded preceding and 1 preceding
                ) as ended_before
            from {{ intervals }}
        ) as with_previous_end
    ) as with_run
    group by {{ keys | join(', ') }}, run_number
{%- endmacro %}
