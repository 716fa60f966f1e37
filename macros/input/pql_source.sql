{#- Where raw rows come from: demo, files or warehouse. -#}

{% macro pql_source() %}
    {% set given = var('pql_source', '') %}
    {% if given == '' %}
        {% set given = 'files' if env_var('PQL_RAW_DIR', '') != '' else 'demo' %}
    {% endif %}
    {% if given not in ['demo', 'files', 'warehouse'] %}
        {{ pql_stop("var pql_source is '" ~ given ~ "'; it must be demo, files or warehouse.") }}
    {% endif %}
    {{ return(given) }}
{% endmacro %}


{#- Stops the run with one sentence that a person can act on. -#}

{% macro pql_stop(sentence) %}
    {{ exceptions.raise_compiler_error('pql: ' ~ sentence) }}
{% endmacro %}
