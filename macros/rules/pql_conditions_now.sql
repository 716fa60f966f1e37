{#- The conditions that hold of users at as_of, for those who ask what would hold if a metric were higher. -#}

{% macro pql_conditions_now() -%}
    select
        condition_history.entity_id,
        condition_history.condition_id,
        1 as is_held
    from (
        select * from {{ ref('int_pql__condition_history') }}
        where entity_type = 'user' and state = 'held' and {{ pql_entity_has_moved(['entity_id']) }}
    ) as condition_history
    cross join {{ ref('int_pql__moment') }} as moment
    where {{ pql_holds_at('condition_history', 'moment.as_of') }}
{%- endmacro %}
