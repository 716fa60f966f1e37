{#- Conditions over the columns of a base model (base_pql__*), where each parsed column stands beside its `_given` text. -#}

{#- May the row be used? It has what is required, and every time in it is an instant in range. -#}

{% macro pql_is_acceptable(table) -%}
    {%- set conditions = [] -%}
    {%- for required in pql_contract(table)['required'] -%}
        {%- set choices = [required] if required is string else required -%}
        {%- do conditions.append('coalesce(' ~ choices | join(', ') ~ ') is not null') -%}
    {%- endfor -%}
    {%- for column, kind in pql_contract(table)['columns'].items() if kind == 'instant' -%}
        {%- do conditions.append('(' ~ column ~ ' is null or ' ~ pql_is_in_range(column) ~ ')') -%}
        {%- do conditions.append('(' ~ column ~ ' is not null or ' ~ column ~ '_given is null)') -%}
    {%- endfor -%}
    {{ conditions | join('\n    and ') }}
{%- endmacro %}

{#- Everything that can be wrong with a row of the table: reason, column, the raw value and the condition under which it is. -#}

{% macro pql_faults(table) %}
    {% set faults = [] %}
    {% set columns = pql_contract(table)['columns'] %}
    {% for required in pql_contract(table)['required'] %}
        {% set choices = [required] if required is string else required %}
        {% set conditions = [] %}
        {% for column in choices %}
            {% do conditions.append(column ~ ' is null' ~ (' and ' ~ column ~ '_given is null' if columns[column] != 'text' else '')) %}
        {% endfor %}
        {% do faults.append({
            'reason': 'missing_required', 'column': choices[0],
            'raw_value': 'cast(null as varchar)', 'condition': conditions | join(' and ')
        }) %}
    {% endfor %}
    {% for column, kind in columns.items() if kind != 'text' %}
        {% do faults.append({
            'reason': 'unreadable_time' if kind == 'instant' else 'unreadable_value', 'column': column,
            'raw_value': column ~ '_given', 'condition': column ~ ' is null and ' ~ column ~ '_given is not null'
        }) %}
        {% if kind == 'instant' %}
            {% do faults.append({
                'reason': 'time_out_of_range', 'column': column,
                'raw_value': 'coalesce(' ~ column ~ '_given, ' ~ pql_instant_text(column) ~ ')',
                'condition': 'not ' ~ pql_is_in_range(column)
            }) %}
        {% endif %}
    {% endfor %}
    {{ return(faults) }}
{% endmacro %}

{% macro pql_is_faulty(table) -%}
    {%- set conditions = [] -%}
    {%- for fault in pql_faults(table) %}{% do conditions.append('(' ~ fault.condition ~ ')') %}{% endfor -%}
    {{ conditions | join('\n    or ') }}
{%- endmacro %}

{% macro pql_is_in_range(instant) -%}
    ({{ instant }} >= {{ pql_instant_literal(pql_utc(var('pql_history_start'), 'pql_history_start')) }} and {{ instant }} < {{ pql_instant_literal('2200-01-01 00:00:00') }})
{%- endmacro %}

{#- Was the row loaded by `pql_known_at`? A row without a load time always counts. -#}

{% macro pql_is_known() -%}
    {%- if var('pql_known_at', '') == '' -%}
        true
    {%- else -%}
        (loaded_at is null or loaded_at <= {{ pql_instant_literal(pql_utc(var('pql_known_at'), 'pql_known_at')) }})
    {%- endif -%}
{%- endmacro %}

{#- An ISO instant of a var, as text in UTC without zone. -#}

{% macro pql_utc(text, var_name) %}
    {% set pattern = '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$' %}
    {% if not modules.re.match(pattern, text | string) %}
        {{ pql_stop("var " ~ var_name ~ " is '" ~ text ~ "'; write an instant such as 2026-03-31T12:00:00Z.") }}
    {% endif %}
    {% set instant = modules.datetime.datetime.fromisoformat(text | string) %}
    {% if instant.tzinfo is not none %}
        {% set instant = (instant - instant.utcoffset()).replace(tzinfo=none) %}
    {% endif %}
    {{ return(instant.isoformat(' ', 'microseconds')) }}
{% endmacro %}
