{#- A quantity given as text: a whole number of at most 15 digits, anything else counts as 1. -#}

{% macro pql_quantity(text) -%}
    case when {{ pql_matches(text, '-?[0-9]{1,15}') }} then cast({{ text }} as bigint) else 1 end
{%- endmacro %}
