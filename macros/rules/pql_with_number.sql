{#- A text for people with a number (given as text) in place of a placeholder; `{s}` becomes an s unless the number is 1. -#}

{% macro pql_with_number(text, placeholder, number) -%}
    replace(
        replace({{ text }}, '{{ placeholder }}', {{ number }}),
        '{s}', case when {{ number }} = '1' then '' else 's' end
    )
{%- endmacro %}
