{#- Weeks begin on Monday, months on the first, at 00:00 UTC. `period` is a column that holds one of the two words. -#}

{% macro pql_period_start(period, instant) -%}
    cast(case {{ period }}
        when 'week' then date_trunc('week', {{ instant }})
        when 'month' then date_trunc('month', {{ instant }})
    end as timestamp)
{%- endmacro %}

{#- When the period before began. -#}

{% macro pql_previous_period(period, started_at) -%}
    {{ pql_period_start(period, pql_add_hours(started_at, -1)) }}
{%- endmacro %}

{#- Has the period ended at an instant, and had the last it counts its days of patience? -#}

{% macro pql_period_is_over(period, started_at, days, instant) -%}
    ({{ started_at }} < {{ pql_period_start(period, pql_add_hours(instant, '(' ~ days ~ ') * -24')) }})
{%- endmacro %}
