{#- What identifies a row and its content (docs/definitions.md, "Row identity"). -#}

{% macro pql_column_text(table, column, are_parsed=true) -%}
    {%- set kind = pql_contract(table)['columns'][column] -%}
    {%- if kind == 'instant' -%}
        coalesce({{ pql_instant_text(column) }}, '')
    {%- elif column == 'is_deleted' -%}
        case when {{ column }} then 'true' else 'false' end
    {%- elif kind == 'boolean' -%}
        case when {{ column }} then 'true' when not {{ column }} then 'false' else '' end
    {%- elif kind == 'json' and are_parsed -%}
        coalesce({{ column }}_given, {{ column }}, '')
    {%- else -%}
        coalesce(cast({{ column }} as varchar), '')
    {%- endif -%}
{%- endmacro %}

{% macro pql_joined_text(table, columns, separator, are_parsed=true) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append(pql_column_text(table, column, are_parsed)) -%}
    {%- endfor -%}
    {{ texts | join(" || " ~ separator ~ " || ") }}
{%- endmacro %}

{#- are_parsed: does `<column>_given` stand beside each column, as in the base models? -#}

{% macro pql_content_hash(table, are_parsed=true) -%}
    {%- set columns = pql_contract(table)['columns'] | list -%}
    {%- set first = ['event_name', 'user_id'] if table == 'events' else [] -%}
    {%- set content = first + columns | reject('in', first + ['event_id', 'loaded_at']) | list -%}
    md5({{ pql_joined_text(table, content, 'chr(31)', are_parsed) }})
{%- endmacro %}

{#- The key columns joined by `|`; for events without any of them the content hash. -#}

{% macro pql_row_key(table) -%}
    {%- set key = pql_contract(table)['key'] -%}
    {%- if table == 'events' -%}
        case
            when coalesce({{ key | join(', ') }}) is null then {{ pql_content_hash(table) }}
            else {{ pql_joined_text(table, key, "'|'") }}
        end
    {%- else -%}
        {{ pql_joined_text(table, key, "'|'") }}
    {%- endif -%}
{%- endmacro %}
