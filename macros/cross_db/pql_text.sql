{#- `concat` and `string_agg` differ in how they treat nulls and order; these three do not. -#}

{% macro pql_list_text(expression, order_by) -%}
    string_agg({{ expression }}, ', ' order by {{ order_by }})
{%- endmacro %}

{#- Byte order, for tie-breaks: Postgres sorts text by locale unless told otherwise. -#}

{% macro pql_byte_order(expression) -%}
    {{ return(adapter.dispatch('pql_byte_order', 'pql')(expression)) }}
{%- endmacro %}

{% macro default__pql_byte_order(expression) -%}
    {{ expression }}
{%- endmacro %}

{% macro postgres__pql_byte_order(expression) -%}
    {{ expression }} collate "C"
{%- endmacro %}


{#- Does the text match the whole regular expression? Null for null. -#}

{% macro pql_matches(expression, pattern) -%}
    {{ return(adapter.dispatch('pql_matches', 'pql')(expression, pattern)) }}
{%- endmacro %}

{% macro default__pql_matches(expression, pattern) -%}
    ({{ expression }} ~ '^({{ pattern }})$')
{%- endmacro %}

{% macro duckdb__pql_matches(expression, pattern) -%}
    regexp_full_match({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{#- The words of a text in lower case, a space before, between and after them; letters and digits of any alphabet. -#}

{% macro pql_words(expression) -%}
    {{ return(adapter.dispatch('pql_words', 'pql')(expression)) }}
{%- endmacro %}

{#- Which characters are letters depends on the locale of the database, unless the collation is named. -#}

{% macro postgres__pql_words(expression) -%}
    (' ' || trim(regexp_replace(lower({{ expression }} collate "und-x-icu"), '[^[:alnum:]]+', ' ', 'g')) || ' ')
{%- endmacro %}

{% macro duckdb__pql_words(expression) -%}
    (' ' || trim(regexp_replace(lower({{ expression }}), '[^\p{L}\p{N}]+', ' ', 'g')) || ' ')
{%- endmacro %}
