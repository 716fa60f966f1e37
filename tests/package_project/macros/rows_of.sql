{#- The rows that a loader has put into the warehouse: those of the demo, so that the scores are known. -#}

{% macro rows_of(table) -%}
    read_csv('{{ var("raw_folder") }}/pql_demo_{{ table }}.csv', all_varchar = true)
{%- endmacro %}
