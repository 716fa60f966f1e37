{#- A number that stands for the values of a row. It never leaves the database that made it: engines differ. -#}

{% macro pql_digest(columns) -%}
    {{ return(adapter.dispatch('pql_digest', 'pql')(columns)) }}
{%- endmacro %}

{% macro default__pql_digest(columns) -%}
    cast(hashtextextended(
        {%- for column in columns %}coalesce(cast({{ column }} as varchar), chr(1)){{ ' || chr(31) || ' if not loop.last }}{% endfor -%}
    , 0) as numeric)
{%- endmacro %}

{% macro duckdb__pql_digest(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{#- ... and one for a set of rows, whatever their order: the sum of their numbers, as text. -#}

{% macro pql_digest_of_many(digest) -%}
    cast(sum({{ digest }}) as varchar) || '/' || cast(count(*) as varchar)
{%- endmacro %}
