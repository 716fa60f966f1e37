{#-
A raw table in the folder PQL_RAW_DIR: `<table>.parquet`, `.csv`, `.jsonl` or `.ndjson` (the last three also as `.gz`), or a
folder `<table>/` of such files. Read in place by DuckDB; CSV and JSON as text, so that one bad value stops nothing.
-#}

{% macro pql_files_table(table) %}
    {% set folder = env_var('PQL_RAW_DIR', '') %}
    {% set found = {'name': folder ~ '/' ~ table ~ '.parquet, .csv, .jsonl or .ndjson', 'relation': none, 'columns': {}} %}
    {% set formats = {'parquet': ['parquet'], 'csv': ['csv', 'csv.gz'], 'jsonl': ['jsonl', 'jsonl.gz', 'ndjson', 'ndjson.gz']} %}
    {#- asked once for all formats: seven tables ask, in every run -#}
    {% set patterns = [] %}
    {% for ending in formats.values() | sum(start=[]) %}
        {% do patterns.append(pql_glob_literal(folder ~ '/' ~ table ~ '.' ~ ending)) %}
        {% do patterns.append(pql_glob_literal(folder ~ '/' ~ table ~ '/', '*.' ~ ending)) %}
    {% endfor %}
    {% set all_files = run_query('select file from glob([' ~ patterns | join(', ') ~ ']) order by file').columns[0].values() %}
    {% for format, endings in formats.items() %}
        {% set files = [] %}
        {% for file in all_files %}
            {% for ending in endings if file.endswith('.' ~ ending) %}{% do files.append(file) %}{% endfor %}
        {% endfor %}
        {% if files | length > 0 %}
            {% if found['relation'] is not none %}
                {{ pql_stop("table " ~ table ~ " stands in " ~ folder ~ " in more than one format; keep one of them.") }}
            {% endif %}
            {% do found.update(pql_read_files(files, format)) %}
        {% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}


{% macro pql_read_files(files, format) %}
    {% set literals = [] %}
    {% for file in files %}{% do literals.append(pql_glob_literal(file)) %}{% endfor %}
    {% set list = '[' ~ literals | join(', ') ~ ']' %}
    {% set found = {'name': files[0] if files | length == 1 else files[0] ~ ' and ' ~ (files | length - 1) ~ ' more', 'columns': {}} %}
    {% if format == 'jsonl' %}
        {% do found.update({'relation': 'read_ndjson_objects(' ~ list ~ ', ignore_errors = true)'}) %}
        {% set keys = run_query('select distinct unnest(json_keys(json)) from ' ~ found['relation'] ~ ' order by 1').columns[0].values() %}
        {% for key in keys %}
            {% set sql = pql_json_field('json', dbt.string_literal(dbt.escape_single_quotes(key))) %}
            {% do found['columns'].update({key: {'sql': sql, 'type': 'varchar'}}) %}
        {% endfor %}
        {{ return(found) }}
    {% elif format == 'csv' %}
        {% do found.update({'relation': 'read_csv(' ~ list ~ ", header = true, all_varchar = true, union_by_name = true, quote = '\"', escape = '\"', null_padding = true, parallel = false)"}) %}
    {% else %}
        {% do found.update({'relation': 'read_parquet(' ~ list ~ ', union_by_name = true)'}) %}
    {% endif %}
    {% for row in run_query('describe select * from ' ~ found['relation']).rows %}
        {% do found['columns'].update({row[0]: {'sql': adapter.quote(row[0]), 'type': row[1]}}) %}
    {% endfor %}
    {% if format == 'csv' %}{% do pql_check_surplus_values(found, literals) %}{% endif %}
    {{ return(found) }}
{% endmacro %}


{#-
Stops where a line has more values than the header has names, as an unquoted comma makes it: its values stand in the wrong columns.
DuckDB reads such values into columns that it names column<number>.
-#}

{% macro pql_check_surplus_values(found, literals) %}
    {% for column in found['columns'] if modules.re.match('^column[0-9]+$', column) %}
        {% set header = [] %}
        {% for file in literals %}
            {% set first_line = 'select * from read_csv(' ~ file ~ ', header = false, all_varchar = true, null_padding = true) limit 1' %}
            {% do header.extend(run_query(first_line).rows[0].values()) %}
        {% endfor %}
        {% set lines = [] if column in header else run_query(
            "select concat_ws(',', *columns(*)) from " ~ found['relation'] ~ ' where ' ~ adapter.quote(column) ~ ' is not null limit 1'
        ).rows %}
        {% if lines | length > 0 %}
            {{ pql_stop("a line of " ~ found['name'] ~ " has more values than the header has columns: " ~ lines[0][0]
                ~ "; put values that hold a comma in quotes.") }}
        {% endif %}
    {% endfor %}
{% endmacro %}


{#- A path as a SQL literal in which `*`, `?` and `[` are letters, not patterns; `pattern` is appended as it is. -#}

{% macro pql_glob_literal(path, pattern='') %}
    {% set escaped = path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') %}
    {{ return("'" ~ (escaped ~ pattern) | replace("'", "''") ~ "'") }}
{% endmacro %}
