{#-
Says of a common table expression that whoever reads it computes it again: `rows_in {{ pql_read_again() }} (select ...)`.
Engines keep the rows of one that is read several times; of all raw events these would fill the memory.
-#}

{% macro pql_read_again() -%}
    {{ return(adapter.dispatch('pql_read_again', 'pql')()) }}
{%- endmacro %}

{% macro default__pql_read_again() %}as not materialized{% endmacro %}

{#- Spark computes them again by itself, and has no word for it. -#}
{% macro spark__pql_read_again() %}as{% endmacro %}


{#- The opposite, of few rows that are found in many: they are kept. -#}

{% macro pql_read_once() -%}
    {{ return(adapter.dispatch('pql_read_once', 'pql')()) }}
{%- endmacro %}

{% macro default__pql_read_once() %}as materialized{% endmacro %}

{% macro spark__pql_read_once() %}as{% endmacro %}
