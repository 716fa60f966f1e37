-- One row per fact of a metric that a trigger watches, as built: what the lane needs to know of all history, in little room.
{{ pql_rebuilt_since(['entity_type', 'entity_id'], 'occurred_at') }}
with

metrics as (

    select * from {{ ref('int_pql__hot_metrics') }}

),

entities as (

    select * from {{ ref('int_pql__entities') }}

),

signals as (

    {{ pql_facts_to_rebuild(ref('int_pql__signals'), ['entity_type', 'entity_id'], 'occurred_at') }}

),

final as (

    select
        signals.entity_type,
        signals.entity_id,
        case when signals.entity_type = 'user' then signals.entity_id else signals.other_user_id end as user_id,
        signals.signal,
        signals.occurred_at,
        signals.leaves_at,
        signals.counted_from,
        signals.object_id,
        signals.other_user_id,
        signals.quantity,
        case
            when signals.signal = 'member' then null
            -- an activation is the work of many events: whose it is says more
            when signals.signal = 'activation' or left(signals.signal, 11) = 'activation_'
                then coalesce(signals.other_user_id, signals.entity_id)
            else signals.event_id
        end as evidence_id,
        entities.started_at,
        entities.signed_up_at
    from signals
    inner join entities
        on signals.entity_type = entities.entity_type and signals.entity_id = entities.entity_id
    where (signals.entity_type, signals.signal) in (select metrics.entity_type, metrics.signal from metrics)

)

select * from final
