{#- When an event happened, by its occurred_at and loaded_at: as stated, but never after it was loaded. -#}

{% macro pql_clamped_instant() -%}
    case when occurred_at > loaded_at then loaded_at else occurred_at end
{%- endmacro %}
