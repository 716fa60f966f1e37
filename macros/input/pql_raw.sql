{#-
One raw table, wherever it comes from: {relation: what stands behind `from`, columns: {contract column: {sql, type}}}.
Columns the table does not have are absent from `columns`; a table that does not exist has no relation.
Stops with one sentence where a required table or column is missing.
-#}

{% macro pql_raw(table) %}
    {#- reading raw text may take the functions that come with this model -#}
    {% if not execute %}{% do ref('stg_pql__progress') %}{% endif %}
    {% if execute %}{% do pql_check_settings() %}{% endif %}
    {% set source = pql_source() %}
    {% if source == 'demo' %}
        {% set raw = {'relation': ref('pql_demo_' ~ table), 'columns': {}} %}
        {% for column in pql_contract(table)['columns'] %}
            {% do raw['columns'].update({column: {'sql': adapter.quote(column), 'type': 'varchar'}}) %}
        {% endfor %}
        {{ return(raw) }}
    {% endif %}
    {% if not execute %}{{ return({'relation': none, 'columns': {}}) }}{% endif %}

    {% set renames = pql_renames(table, source) %}
    {% set found = pql_warehouse_table(renames['raw_table']) if source == 'warehouse'
        else pql_files_table(renames['raw_table']) %}
    {% set raw = {'relation': found['relation'], 'columns': {}} %}
    {% for column in pql_contract(table)['columns'] %}
        {% set raw_column = renames['columns'].get(column, column) %}
        {% if raw_column in found['columns'] %}
            {% do raw['columns'].update({column: found['columns'][raw_column]}) %}
        {% elif raw_column.split('.', 1)[0] in found['columns'] and '.' in raw_column %}
            {#- `properties.target` is the field `target` of the JSON column `properties` -#}
            {% set json_column, field = raw_column.split('.', 1) %}
            {% set sql = pql_json_field(found['columns'][json_column]['sql'], dbt.string_literal(dbt.escape_single_quotes(field))) %}
            {% do raw['columns'].update({column: {'sql': sql, 'type': 'varchar'}}) %}
        {% elif column in renames['columns'] %}
            {{ pql_stop("column " ~ raw_column ~ " of " ~ found['name'] ~ ", named as " ~ table ~ "." ~ column
                ~ ", does not exist; it has: " ~ found['columns'] | join(', ') ~ ".") }}
        {% endif %}
    {% endfor %}
    {% do pql_require_columns(table, found, raw['columns']) %}
    {{ return(raw) }}
{% endmacro %}


{% macro pql_require_columns(table, found, columns) %}
    {% set contract = pql_contract(table) %}
    {% if found['relation'] is none %}
        {% if contract.get('is_required') %}
            {{ pql_stop("the required table " ~ table ~ " is missing: " ~ found['name'] ~ " does not exist.") }}
        {% endif %}
        {{ return(none) }}
    {% endif %}
    {% for required in contract['required'] %}
        {% set choices = [required] if required is string else required %}
        {% if choices | select('in', columns) | list | length == 0 %}
            {{ pql_stop("table " ~ table ~ " (" ~ found['name'] ~ ") has no column " ~ choices | join(' or ')
                ~ "; name the one that holds it in columns.csv (files) or var pql_columns (warehouse). It has: "
                ~ found['columns'] | join(', ') ~ ".") }}
        {% endif %}
    {% endfor %}
{% endmacro %}


{#- Other names: var pql_columns in a warehouse; columns.csv beside the raw files, else beside the rules. -#}

{% macro pql_renames(table, source) %}
    {% set renames = {'raw_table': table, 'columns': {}} %}
    {% if source == 'warehouse' %}
        {% do renames['columns'].update(var('pql_columns', {}).get(table, {})) %}
        {{ return(renames) }}
    {% endif %}
    {% for folder in [env_var('PQL_RAW_DIR', ''), env_var('PQL_RULES_DIR', '')] if folder != '' %}
        {% set path = pql_glob_literal(folder ~ '/columns.csv') %}
        {% if renames.get('file') is none and run_query('select file from glob(' ~ path ~ ')').rows | length > 0 %}
            {% do renames.update({'file': folder ~ '/columns.csv'}) %}
            {% set rows = run_query(
                'select "table", "column", raw_table, raw_column from read_csv(' ~ path ~ ', header = true, all_varchar = true)'
            ).rows %}
            {% for row in rows if row[0] == table %}
                {% if row[1] not in pql_contract(table)['columns'] %}
                    {{ pql_stop(renames['file'] ~ " names a column " ~ table ~ "." ~ row[1] ~ ", which does not exist; choose from: "
                        ~ pql_contract(table)['columns'] | join(', ') ~ ".") }}
                {% endif %}
                {% do renames.update({'raw_table': row[2]}) %}
                {% do renames['columns'].update({row[1]: row[3]}) %}
            {% endfor %}
        {% endif %}
    {% endfor %}
    {{ return(renames) }}
{% endmacro %}


{% macro pql_warehouse_table(table) %}
    {% set name = var('pql_sources', {}).get(table) %}
    {% set found = {'name': 'var pql_sources.' ~ table, 'relation': none, 'columns': {}} %}
    {% if name is none %}{{ return(found) }}{% endif %}
    {% set parts = name.split('.') %}
    {% set relation = adapter.get_relation(
        database=parts[-3] if parts | length > 2 else target.database,
        schema=parts[-2] if parts | length > 1 else target.schema,
        identifier=parts[-1]
    ) %}
    {% if relation is none %}
        {{ pql_stop("table " ~ name ~ " (var pql_sources." ~ table ~ ") does not exist or may not be read.") }}
    {% endif %}
    {% do found.update({'name': name, 'relation': relation}) %}
    {% for column in adapter.get_columns_in_relation(relation) %}
        {% do found['columns'].update({column.name: {'sql': adapter.quote(column.name), 'type': column.data_type}}) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
