{#-
How one raw value becomes a typed one. `type` is the raw column's type in the engine: what is typed already
is only converted, text is parsed; what cannot be read becomes null (and `pql_faults.sql` reports it).
-#}

{% macro pql_parsed(kind, value, type) -%}
    {%- if kind is not string -%}
        case when {{ pql_clean_text(value, type) }} in ('{{ kind | join("', '") }}') then {{ pql_clean_text(value, type) }} end
    {%- elif kind == 'text' -%}
        {{ pql_clean_text(value, type) }}
    {%- elif kind == 'instant' -%}
        {{ pql_parsed_instant(value, type) }}
    {%- elif kind == 'boolean' -%}
        {{ pql_parsed_boolean(value, type) }}
    {%- elif kind == 'json' -%}
        {{ pql_parsed_json(value, type) }}
    {%- else -%}
        {{ pql_parsed_number(kind, value, type) }}
    {%- endif -%}
{%- endmacro %}

{#- The value as it was given, for values that parsing may not be able to read; null where it always can. -#}

{% macro pql_given(kind, value, type) -%}
    {%- if kind == 'text' or pql_is_typed(kind, type) -%}
        cast(null as varchar)
    {%- else -%}
        {{ pql_clean_text(value, type) }}
    {%- endif -%}
{%- endmacro %}

{% macro pql_is_typed(kind, type) %}
    {% set type = type | upper %}
    {{ return(
        (kind == 'instant' and ('TIMESTAMP' in type or type == 'DATE'))
        or (kind == 'boolean' and type.startswith('BOOL'))
        or (kind == 'json' and not pql_is_text(type))
    ) }}
{% endmacro %}

{% macro pql_is_text(type) %}
    {% set type = type | upper %}
    {{ return('CHAR' in type or type in ['TEXT', 'STRING']) }}
{% endmacro %}

{% macro pql_clean_text(value, type) -%}
    nullif(trim({{ value if pql_is_text(type) else 'cast(' ~ value ~ ' as varchar)' }}), '')
{%- endmacro %}

{#- ISO 8601; or whole numbers: up to 11 digits are epoch seconds, 12 to 14 are milliseconds. -#}

{% macro pql_parsed_instant(value, type) -%}
    {%- set given = pql_clean_text(value, type) -%}
    {%- if pql_is_typed('instant', type) -%}
        {{ pql_timestamp_in_utc(value, type) }}
    {%- elif pql_is_text(type) -%}
        case
            when {{ pql_matches(given, '[0-9]{1,11}') }} then {{ pql_timestamp_of_epoch(given, 1) }}
            when {{ pql_matches(given, '[0-9]{12,14}') }} then {{ pql_timestamp_of_epoch(given, 1000) }}
            when {{ pql_matches(given, '[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?([Zz]|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?)?') }}
                then {{ pql_timestamp_of_iso(given) }}
        end
    {%- else -%}
        case
            when {{ value }} between 0 and 99999999999 then {{ pql_timestamp_of_epoch(value, 1) }}
            when {{ value }} between 100000000000 and 99999999999999 then {{ pql_timestamp_of_epoch(value, 1000) }}
        end
    {%- endif -%}
{%- endmacro %}

{% macro pql_parsed_boolean(value, type) -%}
    {%- if pql_is_typed('boolean', type) -%}
        {{ value }}
    {%- else -%}
        {%- set given = 'lower(' ~ pql_clean_text(value, type) ~ ')' -%}
        case
            when {{ given }} in ('true', 't', 'yes', 'y', '1') then true
            when {{ given }} in ('false', 'f', 'no', 'n', '0') then false
        end
    {%- endif -%}
{%- endmacro %}

{#- employees may be a band: `51-200` is 51, `1000+` is 1000. -#}

{% macro pql_parsed_number(kind, value, type) -%}
    {%- set digits = "replace(replace(" ~ pql_clean_text(value, type) ~ ", ',', ''), ' ', '')" -%}
    {%- if kind == 'employees' -%}
        case
            when {{ pql_matches(digits, '[0-9]{1,12}([.]0+|-[0-9]{1,12}|[+])?') }}
                then cast(regexp_replace({{ digits }}, '[.+-].*$', '') as bigint)
        end
    {%- else -%}
        case
            when {{ pql_matches(digits, '-?[0-9]{1,15}([.]0+)?') }}
                then cast(regexp_replace({{ digits }}, '[.].*$', '') as bigint)
        end
    {%- endif -%}
{%- endmacro %}

{% macro pql_parsed_json(value, type) -%}
    {%- set given = pql_clean_text(value, type) -%}
    {%- if pql_is_typed('json', type) -%}
        {{ pql_json_of_typed(value) }}
    {%- else -%}
        case when {{ pql_is_json(given) }} then {{ given }} end
    {%- endif -%}
{%- endmacro %}
