{#- The conditions that hold of users at as_of, for those who ask what would hold if a metric were higher. -#}

{% macro pql_conditions_now() -%}
    select
        condition_history.entity_id,
        condition_history.condition_id,
        1 as is_held
    from {{ ref('int_pql__condition_history') }} as condition_history
    cross join {{ ref('int_pql__clock') }} as clock
    where
        condition_history.entity_type = 'user'
        and condition_history.state = 'held'
        and {{ pql_holds_at('condition_history', 'clock.as_of') }}
{%- endmacro %}
