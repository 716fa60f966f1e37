{#- Names a condition on a metric, the same way wherever it is asked: `sessions_14d in [3.0000, 7.0000)`. -#}

{% macro pql_condition_id(metric_id, lower, upper, is_unknown) -%}
    {{ metric_id }} || case
        when {{ is_unknown }} then ' is unknown'
        else ' in [' || coalesce(cast({{ lower }} as varchar), '') || ', ' || coalesce(cast({{ upper }} as varchar), '') || ')'
    end
{%- endmacro %}
