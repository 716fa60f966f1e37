{#- Before a log is read: columns that it did not have when an earlier version of the project made it. -#}

{% macro pql_add_columns(columns) %}
    {% for name, type in columns.items() if is_incremental() %}
    alter table {{ this }} add column if not exists {{ name }} {{ type }};
    {% endfor %}
{% endmacro %}
