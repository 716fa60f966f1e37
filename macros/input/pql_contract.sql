{#-
The raw tables and their columns: what the project can read. Kinds say how a value is parsed (pql_parsed.sql):
text, instant, boolean, whole_number, employees, json, or the list of the words that are allowed.

`key` identifies a row, `required` must have a value; of a list inside `required` one is enough.
-#}

{% macro pql_contract(table) %}
    {% set tables = {
        'events': {
            'is_required': true,
            'key': var('pql_event_key', ['event_id']),
            'required': ['user_id', 'event_name', 'occurred_at'],
            'columns': {
                'event_id': 'text',
                'user_id': 'text',
                'event_name': 'text',
                'occurred_at': 'instant',
                'loaded_at': 'instant',
                'account_id': 'text',
                'object_id': 'text',
                'target_user_id': 'text',
                'properties': 'json',
                'is_deleted': 'boolean',
            },
        },
        'users': {
            'key': ['user_id', 'effective_at'],
            'required': ['user_id'],
            'columns': {
                'user_id': 'text',
                'email': 'text',
                'account_id': 'text',
                'signed_up_at': 'instant',
                'title': 'text',
                'is_bot': 'boolean',
                'is_internal': 'boolean',
                'profiling_consent': 'boolean',
                'erased_at': 'instant',
                'effective_at': 'instant',
                'loaded_at': 'instant',
            },
        },
        'accounts': {
            'key': ['account_id', 'effective_at'],
            'required': ['account_id'],
            'columns': {
                'account_id': 'text',
                'name': 'text',
                'domain': 'text',
                'employees': 'employees',
                'industry': 'text',
                'owner_id': 'text',
                'effective_at': 'instant',
                'loaded_at': 'instant',
            },
        },
        'account_domains': {
            'key': ['account_id', 'domain', 'effective_at'],
            'required': ['account_id', 'domain'],
            'columns': {
                'account_id': 'text',
                'domain': 'text',
                'effective_at': 'instant',
                'ended_at': 'instant',
            },
        },
        'subscriptions': {
            'key': ['account_id', 'user_id', 'plan', 'started_at'],
            'required': [['account_id', 'user_id'], 'is_paid', 'started_at'],
            'columns': {
                'account_id': 'text',
                'user_id': 'text',
                'plan': 'text',
                'is_paid': 'boolean',
                'started_at': 'instant',
                'ended_at': 'instant',
                'amount_cents': 'whole_number',
                'loaded_at': 'instant',
            },
        },
        'leads': {
            'key': ['lead_id', 'stage', 'entered_at'],
            'required': ['lead_id', ['user_id', 'email'], 'stage', 'entered_at'],
            'columns': {
                'lead_id': 'text',
                'user_id': 'text',
                'email': 'text',
                'account_id': 'text',
                'stage': ['mql', 'sql', 'opportunity', 'customer', 'disqualified'],
                'entered_at': 'instant',
                'left_at': 'instant',
                'owner_id': 'text',
                'loaded_at': 'instant',
            },
        },
        'dispositions': {
            'key': ['disposition_id'],
            'required': ['disposition_id', ['user_id', 'account_id'], 'disposed_at', 'disposition'],
            'columns': {
                'disposition_id': 'text',
                'user_id': 'text',
                'account_id': 'text',
                'model_id': 'text',
                'trigger_id': 'text',
                'disposed_at': 'instant',
                'disposition': ['contacted', 'accepted', 'rejected'],
                'reason': 'text',
                'rep_id': 'text',
                'loaded_at': 'instant',
            },
        },
    } %}
    {{ return(tables if table is none else tables[table]) }}
{% endmacro %}
