-- One row per fact of a metric that a trigger watches, for as long as it counts: those of the lane as of now, the others
-- as of the last build.
{{ config(tags=['pql_hot']) }}

with

metrics as (

    select * from {{ ref('int_pql__hot_metrics') }}

),

signals as (

    select * from {{ ref('int_pql__hot_signals') }}

),

facts_of_builds as (

    select * from {{ ref('int_pql__metric_facts') }}

),

in_lane as (

    select
        signals.entity_type,
        signals.entity_id,
        metrics.metric_id,
        metrics.kind,
        case metrics.kind
            when 'distinct_objects' then signals.object_id
            when 'distinct_users' then signals.other_user_id
            when 'active_days' then {{ pql_date_text('signals.occurred_at') }}
        end as fact_key,
        case when metrics.kind = 'sum' then {{ pql_quantity('signals.quantity') }} else 1 end as quantity,
        signals.event_id as evidence_id,
        signals.occurred_at,
        case
            when metrics.kind = 'active_days'
                then {{ pql_add_hours('cast(cast(signals.occurred_at as date) as timestamp)', 'metrics.window_hours') }}
            else {{ pql_add_hours('signals.occurred_at', 'metrics.window_hours') }}
        end as valid_to
    from signals
    inner join metrics
        on signals.signal = metrics.signal and signals.entity_type = metrics.entity_type
    where metrics.is_in_lane

),

of_builds as (

    select
        facts_of_builds.entity_type,
        facts_of_builds.entity_id,
        facts_of_builds.metric_id,
        facts_of_builds.kind,
        facts_of_builds.fact_key,
        facts_of_builds.quantity,
        facts_of_builds.fact_key as evidence_id,
        facts_of_builds.occurred_at,
        facts_of_builds.valid_from,
        facts_of_builds.valid_to
    from facts_of_builds
    inner join metrics on facts_of_builds.metric_id = metrics.metric_id
    where not metrics.is_in_lane

),

final as (

    select entity_type, entity_id, metric_id, kind, fact_key, quantity, evidence_id, occurred_at,
        occurred_at as valid_from, valid_to
    from in_lane
    where kind not in ('distinct_objects', 'distinct_users') or fact_key is not null

    union all

    select entity_type, entity_id, metric_id, kind, fact_key, quantity, evidence_id, occurred_at, valid_from, valid_to
    from of_builds

)

select * from final
