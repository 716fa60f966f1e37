{#-
The rows of a table that fulfil a condition are replaced by those of a relation, all of which fulfil it. No row may be there twice.

DuckDB writes tables anew that have lost many rows, and compares rows faster than it writes them: only what differs is replaced.
-#}

{% macro pql_replace_rows(table, rows, columns, condition) -%}
    {{ return(adapter.dispatch('pql_replace_rows', 'pql')(table, rows, columns, condition)) }}
{%- endmacro %}

{% macro default__pql_replace_rows(table, rows, columns, condition) -%}
    delete from {{ table }}
    where {{ condition }};

    insert into {{ table }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }} from {{ rows }} as new_rows
{%- endmacro %}

{% macro duckdb__pql_replace_rows(table, rows, columns, condition) -%}
    {%- set same = [] -%}
    {%- for column in columns %}{% do same.append('new_rows.' ~ column ~ ' is not distinct from old_rows.' ~ column) %}{% endfor -%}
    delete from {{ table }} as old_rows
    where {{ condition }} and not exists (select 1 from {{ rows }} as new_rows where {{ same | join(' and ') }});

    insert into {{ table }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }}
    from {{ rows }} as new_rows
    where not exists (select 1 from (select * from {{ table }} where {{ condition }}) as old_rows where {{ same | join(' and ') }})
{%- endmacro %}
