-- One row per raw row, column and fault. Faults of the columns first, then rows that lost a conflict.
with
{% for table, contract in pql_contract(none).items() %}
bad_{{ table }} as (

    {% if table == 'events' -%}
    select * from {{ ref('stg_pql__faulty_events') }}
    {%- else -%}
    select * from {{ ref('base_pql__' ~ table) }}
    where is_conflict or {{ pql_is_faulty(table) }}
    {%- endif %}

),
{% endfor %}
faults as (
    {% set branches = [] %}
    {% for table, contract in pql_contract(none).items() %}
        {% for fault in pql_faults(table) %}
            {% do branches.append({'table': table, 'fault': fault}) %}
        {% endfor %}
    {% endfor %}
    {% for branch in branches %}
    select
        '{{ branch.table }}' as table_name,
        {{ 'event_key' if branch.table == 'events' else 'row_key' }} as row_key,
        '{{ branch.fault.reason }}' as reason,
        '{{ branch.fault.column }}' as column_name,
        {{ branch.fault.raw_value }} as raw_value,
        loaded_at
    from bad_{{ branch.table }}
    where {{ branch.fault.condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

conflicts as (
    {% for table in pql_contract(none) if table != 'events' %}
    select
        '{{ table }}' as table_name,
        row_key,
        loaded_at
    from bad_{{ table }}
    where is_conflict

    union all
    {% endfor %}
    select
        'events' as table_name,
        event_id as row_key,
        loaded_at
    from {{ ref('stg_pql__event_versions') }}
    where is_conflict

),

final as (

    select table_name, row_key, reason, column_name, raw_value, loaded_at
    from faults

    union all

    select
        table_name,
        row_key,
        'id_conflict' as reason,
        cast(null as varchar) as column_name,
        cast(null as varchar) as raw_value,
        loaded_at
    from conflicts

)

select * from final
