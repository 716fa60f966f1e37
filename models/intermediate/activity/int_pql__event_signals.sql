-- One row per event and signal it counts as for the user who acted. Invitations are judged in int_pql__invites.
{{ pql_rebuilt_since(['user_id'], 'occurred_at') }}

with

events as (

    {{ pql_facts_to_rebuild(ref('int_pql__active_events'), ['user_id'], 'occurred_at') }}

),

event_signals as (

    select * from {{ ref('pql_event_signals') }}
    where credited_to = 'actor' and signal not in ('idle', 'surface', 'invite_sent')

),

matched as (

    select
        events.*,
        event_signals.signal,
        case
            when event_signals.quantity_property is not null
                then {{ pql_json_field('events.properties', 'event_signals.quantity_property') }}
        end as quantity
    from events
    inner join event_signals
        on {{ pql_event_matches('events', 'event_signals') }}

),

final as (

    select
        -- ids
        user_id,
        event_id,
        account_id,
        object_id,
        target_user_id as other_user_id,

        -- strings
        signal,

        -- numerics
        {{ pql_quantity('quantity') }} as quantity,

        -- timestamps
        occurred_at
    from matched

)

select * from final
