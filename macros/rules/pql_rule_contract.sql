{#-
The rule seeds: what names a row (`name`, with `more_key` unique), what must not be empty, and which words and
numbers (least, most) are allowed. Read by the checks in models/intermediate/trust/rules/.
-#}

{% macro pql_rule_contract() %}
    {% set entity_types = ['user', 'account', 'domain'] %}
    {{ return({
        'pql_event_signals': {
            'name': ['event_name', 'property_name', 'property_value', 'signal', 'credited_to'],
            'required': ['event_name', 'signal', 'credited_to'],
            'words': {'credited_to': ['actor', 'object_owner', 'account']},
        },
        'pql_activation_steps': {
            'name': ['activation_id', 'step_id'],
            'required': ['activation_id', 'step_id', 'signal', 'min_count', 'count_distinct', 'exclude_self'],
            'words': {'count_distinct': ['events', 'objects', 'users']},
            'numbers': {'min_count': [1, none], 'deadline_hours': [1, none]},
        },
        'pql_metrics': {
            'name': ['metric_id'],
            'required': ['metric_id', 'entity_type', 'kind'],
            'words': {
                'entity_type': entity_types,
                'kind': [
                    'count', 'sum', 'distinct_objects', 'distinct_users', 'active_days', 'state', 'attribute', 'ratio',
                ],
            },
            'numbers': {'window_hours': [1, none], 'within_hours_of_signup': [0, none]},
        },
        'pql_models': {
            'name': ['model_id', 'model_version'],
            'required': ['model_id', 'model_version', 'valid_from', 'entity_type', 'audience', 'qualification'],
            'words': {
                'entity_type': entity_types,
                'audience': ['free', 'paying'],
                'qualification': ['pillars_and_score', 'score_only', 'pillars_only'],
            },
            'numbers': {
                'model_version': [1, none], 'pql_threshold': [1, none], 'activation_cap': [0, none],
                'usage_cap': [0, none], 'fit_cap': [0, none], 'intent_cap': [0, none],
            },
        },
        'pql_rules': {
            'name': ['model_id', 'model_version', 'rule_id', 'metric_id'],
            'more_key': ['lower', 'upper'],
            'required': ['model_id', 'model_version', 'rule_id', 'layer', 'metric_id', 'points', 'reason'],
            'words': {'layer': pql_layers()},
        },
        'pql_pillars': {
            'name': ['model_id', 'model_version', 'pillar', 'alternative', 'metric_id'],
            'more_key': ['lower', 'upper', 'is_unknown'],
            'required': ['model_id', 'model_version', 'pillar', 'alternative', 'metric_id', 'missing_text'],
        },
        'pql_hot_triggers': {
            'name': ['model_id', 'trigger_id'],
            'required': [
                'model_id', 'trigger_id', 'entity_type', 'metric_id', 'lower', 'hot_hours', 'respond_hours',
                'rearm_quiet_hours', 'lane', 'message',
            ],
            'words': {
                'entity_type': entity_types,
                'lane': ['sales', 'in_app', 'email', 'customer_success', 'self_serve'],
            },
            'numbers': {'hot_hours': [1, none], 'respond_hours': [1, none], 'rearm_quiet_hours': [0, none]},
        },
        'pql_exclusions': {
            'name': ['model_id', 'reason'],
            'required': ['model_id', 'reason', 'precedence', 'is_active'],
            'words': {
                'reason': [
                    'erased', 'no_consent', 'bot', 'internal', 'competitor', 'customer', 'open_opportunity',
                    'disqualified',
                ],
            },
            'numbers': {'precedence': [1, none]},
        },
        'pql_domains': {
            'name': ['domain', 'kind'],
            'required': ['domain', 'kind'],
            'words': {'kind': ['free_mail', 'relay', 'disposable', 'internal', 'competitor', 'test']},
        },
        'pql_industries': {'name': ['industry'], 'required': ['industry']},
        'pql_titles': {
            'name': ['keyword'],
            'required': ['keyword', 'seniority_rank', 'is_decision_maker'],
            'numbers': {'seniority_rank': [1, 7]},
        },
    }) }}
{% endmacro %}

{#- The name of a seed's row, its values joined by `|`, an empty one as nothing. -#}

{% macro pql_rule_row_key(seed, relation) -%}
    {%- for column in pql_rule_contract()[seed]['name'] -%}
        coalesce(cast({{ relation }}.{{ column }} as varchar), ''){{ " || '|' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A bound without the zeros behind its decimal point. -#}

{% macro pql_bound_text(bound) -%}
    regexp_replace(cast({{ bound }} as varchar), '[.]?0+$', '')
{%- endmacro %}

{#- A band in words: `from 3 to below 7`, `from 7 on`, `below 3`. -#}

{% macro pql_band_text(row) -%}
    case
        when {{ row }}.lower is null and {{ row }}.upper is null then 'any value'
        when {{ row }}.upper is null then 'from ' || {{ pql_bound_text(row ~ '.lower') }} || ' on'
        when {{ row }}.lower is null then 'below ' || {{ pql_bound_text(row ~ '.upper') }}
        else 'from ' || {{ pql_bound_text(row ~ '.lower') }} || ' to below ' || {{ pql_bound_text(row ~ '.upper') }}
    end
{%- endmacro %}
