{#- Of observations grouped together, how many were followed by a conversion within the horizon, strictly after the instant. -#}

{% macro pql_conversion_count(observations, horizon_days) -%}
    cast(sum(
        case
            when
                {{ observations }}.converted_at > {{ observations }}.evaluated_at
                and {{ observations }}.converted_at
                <= {{ pql_add_hours(observations ~ '.evaluated_at', horizon_days ~ ' * 24') }}
                then 1
            else 0
        end
    ) as bigint)
{%- endmacro %}
