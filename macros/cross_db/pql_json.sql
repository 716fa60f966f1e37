{#- The value of one field of a JSON object, as text; null where there is no such field. -#}

{% macro pql_json_field(json, field) -%}
    {{ return(adapter.dispatch('pql_json_field', 'pql')(json, field)) }}
{%- endmacro %}

{% macro postgres__pql_json_field(json, field) -%}
    ({{ pql_function('pql_json') }}({{ json }}) ->> {{ field }})
{%- endmacro %}

{% macro duckdb__pql_json_field(json, field) -%}
    json_extract_string({{ json }}, '$."' || replace({{ field }}, '"', '\"') || '"')
{%- endmacro %}

{#- Is the text JSON? -#}

{% macro pql_is_json(text) -%}
    {{ return(adapter.dispatch('pql_is_json', 'pql')(text)) }}
{%- endmacro %}

{% macro postgres__pql_is_json(text) -%}
    ({{ pql_function('pql_json') }}({{ text }}) is not null)
{%- endmacro %}

{% macro duckdb__pql_is_json(text) -%}
    json_valid({{ text }})
{%- endmacro %}
