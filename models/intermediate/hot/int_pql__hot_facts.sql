-- One row per fact of a metric that a trigger watches, for as long as it counts.
-- fact_key is what distinct kinds count once: an object, a person, a day.
{{ config(materialized='ephemeral') }}

with

metrics as (

    select * from {{ ref('int_pql__hot_metrics') }}

),

signals as (

    select * from {{ ref('int_pql__hot_signals') }}

),

matched as (

    select
        signals.entity_type,
        signals.entity_id,
        metrics.metric_id,
        metrics.kind,
        {{ pql_fact_key('signals', 'metrics') }} as fact_key,
        case when metrics.kind = 'sum' then signals.quantity else 1 end as quantity,
        signals.evidence_id,
        signals.occurred_at,
        {{ pql_fact_leaves_at('signals', 'metrics') }} as leaves_at,
        greatest(signals.occurred_at, signals.started_at) as valid_from
    from signals
    inner join metrics
        on
            signals.signal = metrics.signal
            and signals.entity_type = metrics.entity_type
    where
        metrics.within_hours_of_signup is null
        or signals.occurred_at <= {{ pql_add_hours('signals.signed_up_at', 'metrics.within_hours_of_signup') }}

),

final as (

    select
        entity_type,
        entity_id,
        metric_id,
        kind,
        fact_key,
        evidence_id,
        quantity,
        occurred_at,
        valid_from,
        leaves_at as valid_to
    from matched
    where
        (leaves_at is null or leaves_at > valid_from)
        and (kind not in ('distinct_objects', 'distinct_users') or fact_key is not null)

)

select * from final
