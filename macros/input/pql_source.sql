{#- Where raw rows come from: demo, files or warehouse. -#}

{% macro pql_source() %}
    {% set rules = env_var('PQL_RULES_DIR', '') %}
    {% if rules[:1] in ['/', '~'] or '..' in rules %}
        {{ pql_stop("PQL_RULES_DIR is '" ~ rules ~ "'; name a folder inside the project, such as examples/pulse (make build RULES= takes any folder).") }}
    {% endif %}
    {% set given = var('pql_source', '') %}
    {% if given == '' %}
        {% set given = 'files' if env_var('PQL_RAW_DIR', '') != '' else 'demo' %}
    {% endif %}
    {% if given not in ['demo', 'files', 'warehouse'] %}
        {{ pql_stop("var pql_source is '" ~ given ~ "'; it must be demo, files or warehouse.") }}
    {% endif %}
    {% if given == 'files' and target.type != 'duckdb' %}
        {{ pql_stop("PQL_RAW_DIR is read by DuckDB only; load the files into tables, name these in var pql_sources and set var pql_source to warehouse.") }}
    {% endif %}
    {{ return(given) }}
{% endmacro %}


{#- Stops the run with one sentence that a person can act on. -#}

{% macro pql_stop(sentence) %}
    {{ exceptions.raise_compiler_error('pql: ' ~ sentence) }}
{% endmacro %}

{#- A view of raw files lists them by name: the hot lane makes it anew, to see those that came since. -#}

{% macro pql_tags_of_files() %}
    {{ return(['pql_hot'] if pql_source() == 'files' else []) }}
{% endmacro %}
