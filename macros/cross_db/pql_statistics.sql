{#-
Counts what a new table holds, for engines that plan by such statistics and gather them only minutes later: without them
Postgres takes every table for a small one and loops where it should hash. Runs after every table (dbt_project.yml).
-#}

{% macro pql_gather_statistics() %}
    {{ return(adapter.dispatch('pql_gather_statistics', 'pql')()) }}
{% endmacro %}

{% macro default__pql_gather_statistics() %}
{% endmacro %}

{% macro postgres__pql_gather_statistics() %}
    {% if model.config.materialized != 'view' %}analyze {{ this }}{% endif %}
{% endmacro %}
