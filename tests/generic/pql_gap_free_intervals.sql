{#- The intervals `[valid_from, valid_to)` of a group follow each other without gap or overlap, and only the last is open. -#}

{% test pql_gap_free_intervals(model, group_by) %}

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
    or valid_to is distinct from next_valid_from

{% endtest %}
