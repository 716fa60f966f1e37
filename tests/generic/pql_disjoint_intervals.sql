{#- The intervals `[valid_from, valid_to)` of a group have a length and never overlap. They may leave gaps. -#}

{% test pql_disjoint_intervals(model, group_by) %}

with

with_next as (

    select
        {{ group_by | join(', ') }},
        valid_from,
        valid_to,
        lead(valid_from) over (partition by {{ group_by | join(', ') }} order by valid_from) as next_valid_from
    from {{ model }}

)

select * from with_next
where
    valid_from is null
    or valid_to <= valid_from
    or next_valid_from < coalesce(valid_to, {{ pql_never() }})

{% endtest %}
