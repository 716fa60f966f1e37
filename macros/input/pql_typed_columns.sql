{#-
The select list of a raw table: every contract column parsed, and `<column>_given` beside each one that may be
unreadable, as text. What the raw table lacks is null.
-#}

{% macro pql_typed_columns(table, raw) -%}
    {%- set expressions = [] -%}
    {%- for column, kind in pql_contract(table)['columns'].items() -%}
        {%- set found = raw['columns'].get(column) -%}
        {%- if found is none -%}
            {%- do expressions.append('cast(null as ' ~ pql_type(kind) ~ ') as ' ~ column) -%}
        {%- else -%}
            {%- do expressions.append(pql_parsed(kind, found['sql'], found['type']) ~ ' as ' ~ column) -%}
        {%- endif -%}
        {%- if kind != 'text' -%}
            {%- set given = 'cast(null as varchar)' if found is none else pql_given(kind, found['sql'], found['type']) -%}
            {%- do expressions.append(given ~ ' as ' ~ column ~ '_given') -%}
        {%- endif -%}
    {%- endfor -%}
    {{ expressions | join(',\n    ') }}
{%- endmacro %}

{#-
A column as it is stored, if as instants with a zone: compared with pql_zoned(...) it lets engines skip what lies before, unread.
An instant after all others where it is stored otherwise, so that the bound alone is the condition: put in one with `is null`, engines
skip nothing by it.
-#}

{% macro pql_stored_instant(column, raw) -%}
    {%- set found = raw['columns'].get(column) -%}
    {%- if found is not none and pql_is_zoned(found['type']) -%}
        {{ found['sql'] }}
    {%- else -%}
        {{ pql_zoned(pql_never()) }}
    {%- endif -%}
{%- endmacro %}

{% macro pql_type(kind) %}
    {% set types = {'instant': 'timestamp', 'boolean': 'boolean', 'whole_number': 'bigint', 'employees': 'bigint'} %}
    {{ return(types[kind] if kind is string and kind in types else 'varchar') }}
{% endmacro %}

{#- What stands behind `from`: the raw table, or no rows where an optional table does not exist. -#}

{% macro pql_from(raw) -%}
    {{ '(select 1 as nothing where false) as nothing' if raw['relation'] is none else raw['relation'] }}
{%- endmacro %}
