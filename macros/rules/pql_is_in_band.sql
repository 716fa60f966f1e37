{#- Is the value at least the row's `lower` and less than its `upper`? An empty bound does not bind. -#}

{% macro pql_is_in_band(value, row, times='1') -%}
    (({{ row }}.lower is null or {{ value }} >= {{ row }}.lower * {{ times }})
    and ({{ row }}.upper is null or {{ value }} < {{ row }}.upper * {{ times }}))
{%- endmacro %}
