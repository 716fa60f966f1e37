{#-
A digest of what every entity depends on: the rule seeds, the vars that decide a meaning, and the models.
When one of them changes, everyone is rebuilt.
-#}

{% macro pql_settings_digest() %}
    {% if not execute %}
        {% for seed in pql_rule_seeds() %}{% do ref(seed) %}{% endfor %}
        {{ return('') }}
    {% endif %}
    {% set parts = [pql_engine_digest(['entities', 'activity', 'metrics', 'scoring', 'hot', 'now', 'scores'])] %}
    {% for name in [
        'pql_default_model', 'pql_session_timeout_minutes', 'pql_session_max_hours', 'pql_active_gap_seconds', 'pql_disqualified_days',
        'pql_hot_score_respond_hours',
    ] %}
        {% do parts.append(name ~ '=' ~ var(name)) %}
    {% endfor %}
    {% for seed in pql_rule_seeds() if load_relation(ref(seed)) is not none %}
        {% set relation = ref(seed) %}
        {#- the names of the columns, at a tenth of what asking for their types costs -#}
        {% set names = run_query('select * from ' ~ relation ~ ' limit 0').column_names %}
        {% set columns = [] %}
        {% for name in names %}{% do columns.append(adapter.quote(name)) %}{% endfor %}
        {% set row = run_query('select ' ~ pql_digest_of_many(pql_digest(columns)) ~ ' from ' ~ relation).rows[0] %}
        {% do parts.append(seed ~ '=' ~ row[0]) %}
    {% endfor %}
    {{ return(local_md5(parts | join(';'))) }}
{% endmacro %}

{% macro pql_rule_seeds() %}
    {{ return([
        'pql_event_signals', 'pql_activation_steps', 'pql_metrics', 'pql_models', 'pql_rules', 'pql_pillars', 'pql_hot_triggers',
        'pql_exclusions', 'pql_domains', 'pql_industries', 'pql_titles',
    ]) }}
{% endmacro %}

{#-
What the models of some folders make of the same input: the models themselves, and a version to be raised with every change
of a macro that changes rows.
-#}

{% macro pql_engine_digest(folders) %}
    {% if not execute %}{{ return('') }}{% endif %}
    {% set parts = ['version 1'] %}
    {% for node in graph.nodes.values() | sort(attribute='unique_id') if node.package_name == 'pql' and node.resource_type == 'model' %}
        {% if node.fqn | select('in', folders) | list %}{% do parts.append(node.name ~ '=' ~ node.checksum.checksum) %}{% endif %}
    {% endfor %}
    {{ return(parts | join(';')) }}
{% endmacro %}
