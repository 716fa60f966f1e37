{#- Parsing that each engine spells its own way. Every result is a timestamp without zone, in UTC. -#}

{% macro pql_timestamp_in_utc(value, type) -%}
    {%- if pql_is_zoned(type) -%}
        {{ return(adapter.dispatch('pql_timestamp_of_zoned', 'pql')(value)) }}
    {%- else -%}
        cast({{ value }} as timestamp)
    {%- endif -%}
{%- endmacro %}

{% macro pql_is_zoned(type) %}
    {{ return('ZONE' in type | upper or 'TZ' in type | upper) }}
{% endmacro %}

{% macro default__pql_timestamp_of_zoned(value) -%}
    ({{ value }} at time zone 'UTC')
{%- endmacro %}

{#- `at time zone` is some ten times slower than this on DuckDB. -#}

{% macro duckdb__pql_timestamp_of_zoned(value) -%}
    make_timestamp(epoch_us({{ value }}))
{%- endmacro %}


{#- The other way round: an instant in UTC as a value that knows its zone, and the type of these. -#}

{% macro pql_zoned(instant) -%}
    {{ return(adapter.dispatch('pql_zoned', 'pql')(instant)) }}
{%- endmacro %}

{% macro default__pql_zoned(instant) -%}
    ({{ instant }} at time zone 'UTC')
{%- endmacro %}

{% macro spark__pql_zoned(instant) -%}
    {{ instant }}
{%- endmacro %}


{% macro pql_timestamp_of_epoch(value, ticks_per_second) -%}
    {{ return(adapter.dispatch('pql_timestamp_of_epoch', 'pql')(value, ticks_per_second)) }}
{%- endmacro %}

{% macro default__pql_timestamp_of_epoch(value, ticks_per_second) -%}
    (to_timestamp(cast({{ value }} as bigint) / {{ ticks_per_second }}.0) at time zone 'UTC')
{%- endmacro %}

{% macro duckdb__pql_timestamp_of_epoch(value, ticks_per_second) -%}
    make_timestamp(cast({{ value }} as bigint) * {{ 1000000 // ticks_per_second }})
{%- endmacro %}


{#- ISO 8601 text whose shape was checked before; null where the date does not exist (30 February). -#}

{% macro pql_timestamp_of_iso(text) -%}
    {{ return(adapter.dispatch('pql_timestamp_of_iso', 'pql')(text)) }}
{%- endmacro %}

{% macro postgres__pql_timestamp_of_iso(text) -%}
    {{ pql_function('pql_instant') }}({{ text }})
{%- endmacro %}

{#- DuckDB reads an offset only behind seconds. -#}

{% macro duckdb__pql_timestamp_of_iso(text) -%}
    cast(
        try_cast(regexp_replace(upper({{ text }}), '^(.{10}[T ]..:..)(Z|[+-].*)$', '\1:00\2') as timestamptz)
        at time zone 'UTC' as timestamp
    )
{%- endmacro %}


{#- A nested value (struct, map, json) as JSON text. -#}

{% macro pql_json_of_typed(value) -%}
    {{ return(adapter.dispatch('pql_json_of_typed', 'pql')(value)) }}
{%- endmacro %}

{% macro default__pql_json_of_typed(value) -%}
    cast({{ value }} as varchar)
{%- endmacro %}

{% macro duckdb__pql_json_of_typed(value) -%}
    cast(to_json({{ value }}) as varchar)
{%- endmacro %}
