{#-
From changes to intervals: a running sum of what enters and leaves, cut at every instant at which it changes.

    changes        +3    +1          -3

                  Mon   Tue   Wed   Thu   Fri
                   [--3--)
                         [-----4----)
                                    [---1--- ...

changes    relation with the keys, changed_at, the values, and is_open: +1 where the entity begins, -1 where it ends
           (absent: it does not), 0 elsewhere
keys       columns that name whose value it is
values     numeric columns to sum

A SELECT with the keys, valid_from, valid_to (null: open) and the sums as bigint, gap-free while the entity is open.
Changes that cancel out at one instant leave no cut, so that neighbours differ.
-#}

{% macro pql_intervals_of_changes(changes, keys, values) -%}
    select
        {{ keys | join(', ') }},
        valid_from,
        valid_to,
        {{ values | join(', ') }}
    from (
        select
            {{ keys | join(', ') }},
            changed_at as valid_from,
            lead(changed_at) over in_order as valid_to,
            {% for value in values %}
            cast(sum({{ value }}) over in_order as bigint) as {{ value }},
            {% endfor %}
            sum(is_open) over in_order as is_open
        from (
            select
                {{ keys | join(', ') }},
                changed_at,
                {% for value in values %}
                sum({{ value }}) as {{ value }},
                {% endfor %}
                sum(is_open) as is_open
            from {{ changes }}
            group by {{ keys | join(', ') }}, changed_at
            having
                sum(is_open) <> 0
                {% for value in values %}
                or sum({{ value }}) <> 0
                {% endfor %}
        ) as instants
        window in_order as (partition by {{ keys | join(', ') }} order by changed_at)
    ) as sums
    where is_open > 0
{%- endmacro %}
