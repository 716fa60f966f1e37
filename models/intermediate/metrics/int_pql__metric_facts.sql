-- One row per fact and metric that counts it, for as long as it counts.
-- fact_key is what distinct kinds count once: an object, a person, a day.
{{ pql_rebuilt_since(['entity_type', 'entity_id'], 'occurred_at') }}
with

signals as (

    {{ pql_facts_to_rebuild(ref('int_pql__signals'), ['entity_type', 'entity_id'], 'occurred_at') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

entities as (

    select * from {{ ref('int_pql__entities') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

matched as (

    select
        signals.entity_type,
        signals.entity_id,
        metrics.metric_id,
        metrics.kind,
        {{ pql_fact_key('signals', 'metrics') }} as fact_key,
        case when metrics.kind = 'sum' then signals.quantity else 1 end as quantity,
        signals.occurred_at,
        {{ pql_fact_leaves_at('signals', 'metrics') }} as leaves_at,
        entities.started_at
    from signals
    inner join metrics
        on signals.signal = metrics.signal and signals.entity_type = metrics.entity_type
    inner join entities
        on signals.entity_type = entities.entity_type and signals.entity_id = entities.entity_id
    where
        metrics.within_hours_of_signup is null
        or signals.occurred_at <= {{ pql_add_hours('entities.signed_up_at', 'metrics.within_hours_of_signup') }}

),

final as (

    select
        entity_type,
        entity_id,
        metric_id,
        kind,
        fact_key,
        quantity,
        occurred_at,
        greatest(occurred_at, started_at) as valid_from,
        leaves_at as valid_to
    from matched
    where
        (leaves_at is null or leaves_at > greatest(occurred_at, started_at))
        and (kind not in ('distinct_objects', 'distinct_users') or fact_key is not null)

)

select * from final
