{#- The value at as_of of a metric that counts: 0 where int_pql__metrics_now, joined by a left join, has no row. -#}

{% macro pql_value_now(metrics_now) -%}
    case when {{ metrics_now }}.metric_id is null then 0 else {{ metrics_now }}.value end
{%- endmacro %}
