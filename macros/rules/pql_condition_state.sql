{#- Is a condition on a metric held, failed or unknown with this value? Ratios give their denominator, others null. -#}

{% macro pql_condition_state(value, denominator, condition) -%}
    case
        when {{ condition }}.is_unknown then case when {{ value }} is null then 'held' else 'failed' end
        when {{ value }} is null then 'unknown'
        when {{ pql_is_in_band(value, condition, 'coalesce(' ~ denominator ~ ', 1)') }} then 'held'
        else 'failed'
    end
{%- endmacro %}
