{#-
From changes to intervals: a running sum of what enters and leaves, cut at every instant at which it changes.

    changes        +3    +1          -3

                  Mon   Tue   Wed   Thu   Fri
                   [--3--)
                         [-----4----)
                                    [---1--- ...

changes    relation with the keys, changed_at, the values, and is_open: 1 where the entity begins, -1 where it ends,
           0 elsewhere
keys       columns that name whose value it is
values     whole-number columns to sum; without any, what is told is when the entity is there
ends       do entities end? If not, and if nothing changes before they begin, this is faster
before     also give <value>_before, the sums just before the interval

A SELECT with the keys, valid_from, valid_to (null: open) and the sums as bigint, gap-free while the entity is open.
Changes that cancel out at one instant leave no cut, so that neighbours differ.
-#}

{% macro pql_intervals_of_changes(changes, keys, values, ends=true, before=false) -%}
    select
        {{ keys | join(', ') }},
        valid_from,
        valid_to
        {%- for value in values %},
        {{ value }}
        {{- ', ' ~ value ~ ' - ' ~ value ~ '_change as ' ~ value ~ '_before' if before }}
        {%- endfor %}
    from (
        select
            {{ keys | join(', ') }},
            changed_at as valid_from,
            lead(changed_at) over in_order as valid_to
            {%- if ends %},
            sum(is_open) over in_order as is_open
            {%- endif %}
            {%- for value in values %},
            {{ value }} as {{ value }}_change,
            cast(sum({{ value }}) over in_order as bigint) as {{ value }}
            {%- endfor %}
        from (
            select
                {{ keys | join(', ') }},
                changed_at,
                cast(sum(is_open) as bigint) as is_open
                {%- for value in values %},
                cast(sum({{ value }}) as bigint) as {{ value }}
                {%- endfor %}
            from {{ changes }}
            group by {{ keys | join(', ') }}, changed_at
            having
                sum(is_open) <> 0
                {%- for value in values %}
                or sum({{ value }}) <> 0
                {%- endfor %}
        ) as instants
        window in_order as (partition by {{ keys | join(', ') }} order by changed_at)
    ) as sums
    {%- if ends %}
    where is_open > 0
    {%- endif %}
{%- endmacro %}
