{#- Instants are timestamps without zone, in UTC. Each engine has its own way to add hours to one. -#}

{% macro pql_add_hours(instant, hours) -%}
    {{ return(adapter.dispatch('pql_add_hours', 'pql')(instant, hours)) }}
{%- endmacro %}

{% macro default__pql_add_hours(instant, hours) -%}
    ({{ instant }} + {{ hours }} * interval '1 hour')
{%- endmacro %}

{% macro duckdb__pql_add_hours(instant, hours) -%}
    ({{ instant }} + to_hours(cast({{ hours }} as bigint)))
{%- endmacro %}


{#- Whole microseconds from one instant to a later one, as bigint. -#}

{% macro pql_microseconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('pql_microseconds_between', 'pql')(earlier, later)) }}
{%- endmacro %}

{% macro default__pql_microseconds_between(earlier, later) -%}
    cast(extract(epoch from ({{ later }} - {{ earlier }})) * 1000000 as bigint)
{%- endmacro %}

{% macro duckdb__pql_microseconds_between(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }}))
{%- endmacro %}


{#- An instant as text, `YYYY-MM-DD HH:MM:SS.ffffff`; and its UTC date, `YYYY-MM-DD`. -#}

{% macro pql_instant_text(instant) -%}
    {{ return(adapter.dispatch('pql_instant_text', 'pql')(instant)) }}
{%- endmacro %}

{% macro default__pql_instant_text(instant) -%}
    to_char({{ instant }}, 'YYYY-MM-DD HH24:MI:SS.US')
{%- endmacro %}

{% macro duckdb__pql_instant_text(instant) -%}
    strftime({{ instant }}, '%Y-%m-%d %H:%M:%S.%f')
{%- endmacro %}

{% macro pql_date_text(instant) -%}
    {{ return(adapter.dispatch('pql_date_text', 'pql')(instant)) }}
{%- endmacro %}

{#- How Postgres writes a date is a setting of the server or the session. -#}

{% macro default__pql_date_text(instant) -%}
    to_char({{ instant }}, 'YYYY-MM-DD')
{%- endmacro %}

{% macro duckdb__pql_date_text(instant) -%}
    cast(cast({{ instant }} as date) as varchar)
{%- endmacro %}


{#- An instant known while compiling, as SQL. -#}

{% macro pql_instant_literal(text) -%}
    cast('{{ text }}' as timestamp)
{%- endmacro %}

{#- Before and after every readable instant: an interval without a known start, or one that never ends. -#}

{% macro pql_since_ever() -%}
    {{ pql_instant_literal('1900-01-01 00:00:00') }}
{%- endmacro %}

{% macro pql_never() -%}
    {{ pql_instant_literal('9000-01-01 00:00:00') }}
{%- endmacro %}


{#- Days, with fractions, from one instant to a later one; 0 if it is not later, null if either is unknown. -#}

{% macro pql_days_between(earlier, later) -%}
    case
        when {{ earlier }} >= {{ later }} then 0
        else {{ pql_microseconds_between(earlier, later) }} / 86400000000.0
    end
{%- endmacro %}
