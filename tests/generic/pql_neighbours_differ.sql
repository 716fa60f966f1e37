{#- Intervals of a group that touch differ in one of the columns: a boundary without a change is no change. -#}

{% test pql_neighbours_differ(model, group_by, columns) %}

with

with_previous as (

    select
        {{ group_by | join(', ') }},
        valid_from,
        lag(valid_to) over in_order as previous_valid_to
        {%- for column in columns %},
        {{ column }},
        lag({{ column }}) over in_order as previous_{{ column }}
        {%- endfor %}
    from {{ model }}
    window in_order as (partition by {{ group_by | join(', ') }} order by valid_from)

)

select * from with_previous
where
    previous_valid_to = valid_from
    {%- for column in columns %}
    and {{ column }} is not distinct from previous_{{ column }}
    {%- endfor %}

{% endtest %}
