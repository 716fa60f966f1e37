{#-
From when on the hot lane reads raw events again, as SQL: pql_hot_arrival_hours before the newest staged arrival. A literal, so
that engines find these rows without reading the others.
-#}

{% macro pql_hot_arrivals_since() %}
    {% set staged, clock = ref('stg_pql__event_versions'), ref('int_pql__clock') %}
    {% if not execute or load_relation(staged) is none %}{{ return(pql_since_ever()) }}{% endif %}
    {#- subqueries of one table each: DuckDB knows their answers without reading the rows -#}
    {% set newest = 'least((select max(coalesce(loaded_at, stated_at)) from ' ~ staged ~ '), (select max(as_of) from ' ~ clock ~ '))' %}
    {% set since = run_query(
        'select ' ~ pql_instant_text(pql_add_hours(newest, '-' ~ var('pql_hot_arrival_hours')))
    ).columns[0].values()[0] %}
    {{ return(pql_since_ever() if since is none else pql_instant_literal(since)) }}
{% endmacro %}
