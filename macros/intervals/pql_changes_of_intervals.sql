{#-
From intervals to changes: a value enters where its interval begins and leaves where it ends.

    interval      3 sessions from Monday to Thursday, 1 session from Tuesday on

                  Mon   Tue   Wed   Thu   Fri
                   [-------3-------)
                         [-------1---------- ...

    changes        +3    +1          -3

intervals  relation with the keys, valid_from, valid_to (null: never ends) and the values
keys       columns that name whose value it is
values     numeric columns; the result has the same columns, signed, beside changed_at

A SELECT with one row per key and end of an interval; instants that change twice are summed by
pql_intervals_of_changes.
-#}

{% macro pql_changes_of_intervals(intervals, keys, values) -%}
    select
        {{ keys | join(', ') }},
        valid_from as changed_at,
        {{ values | join(', ') }}
    from {{ intervals }}

    union all

    select
        {{ keys | join(', ') }},
        valid_to as changed_at,
        {% for value in values %}-{{ value }} as {{ value }}{{ ', ' if not loop.last }}{% endfor %}

    from {{ intervals }}
    where valid_to is not null
{%- endmacro %}
