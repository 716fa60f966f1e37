-- One row per user: the values at as_of of the metrics that pql_scores shows as columns.
-- What counts is 0 where nothing adds to it, but not where it is unknown, or where the rules know no such metric.
{{ config(materialized='view') }}
{%- set columns = [
    'sessions_14d', 'active_days_30d', 'core_actions_30d', 'core_actions_per_session_30d', 'features_used_30d',
    'invites_30d', 'invites_accepted_30d', 'paywall_hits_30d', 'enterprise_accesses_30d', 'seniority_rank',
] %}

with

users as (

    select * from {{ ref('int_pql__users') }}
    where {{ pql_entity_has_moved(['user_id']) }}

),

metrics_now as (

    select * from {{ ref('int_pql__metrics_now') }}
    where entity_type = 'user' and {{ pql_entity_has_moved(['entity_id']) }} and metric_id in ('{{ columns | join("', '") }}')

),

given as (

    select
        entity_id as user_id,
        {% for column in columns -%}
        max(case when metric_id = '{{ column }}' then value end) as {{ column }},
        max(case when metric_id = '{{ column }}' and value is null then 1 else 0 end) as is_{{ column }}_unknown,
        {% endfor -%}
        max(case when metric_id = 'core_actions_per_session_30d' then denominator end) as sessions_of_core_actions
    from metrics_now
    group by entity_id

),

zeros as (

    select
        {% for column in columns -%}
        max(case when metric_id = '{{ column }}' then 0 end) as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ ref('pql_metrics') }}
    where kind not in ('ratio', 'attribute')

),

final as (

    select
        users.user_id,
        {% for column in columns -%}
        case when given.is_{{ column }}_unknown = 1 then null else coalesce(given.{{ column }}, zeros.{{ column }}) end as {{ column }},
        {% endfor -%}
        given.sessions_of_core_actions
    from users
    cross join zeros
    left join given on users.user_id = given.user_id

)

select * from final
