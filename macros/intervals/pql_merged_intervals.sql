{#-
Merging: intervals of equal keys that overlap or touch become one.

    before         [--A--)     [--A--)
                      [---A---)            [--A--)

    after          [--------A--------)     [--A--)

intervals  relation with the keys, valid_from and valid_to (null: open)
keys       columns whose equal values may be merged: whose interval it is, and what holds during it

A SELECT with the keys, valid_from and valid_to. A run begins where all before it has ended, and ends with the last of
what came before the next run. "The second fact about one object before the first has left", "two rules of one rule_id",
"the same status with another row behind it": all of these are this.
-#}

{% macro pql_merged_intervals(intervals, keys) -%}
    select
        {{ keys | join(', ') }},
        valid_from,
        nullif(
            coalesce(lead(ended_before) over (partition by {{ keys | join(', ') }} order by valid_from), last_end), {{ pql_never() }}
        ) as valid_to
    from (
        select
            {{ keys | join(', ') }},
            valid_from,
            max(coalesce(valid_to, {{ pql_never() }})) over (
                partition by {{ keys | join(', ') }} order by valid_from, coalesce(valid_to, {{ pql_never() }})
                rows between unbounded preceding and 1 preceding
            ) as ended_before,
            max(coalesce(valid_to, {{ pql_never() }})) over (
                partition by {{ keys | join(', ') }} order by valid_from, coalesce(valid_to, {{ pql_never() }})
                rows between unbounded preceding and unbounded following
            ) as last_end
        from {{ intervals }}
    ) as with_ends
    where ended_before is null or ended_before < valid_from
{%- endmacro %}
