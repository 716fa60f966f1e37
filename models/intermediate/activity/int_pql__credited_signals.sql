-- One row per event and signal it counts as for someone else than who acted: the owner of the object, or the account.

with

events as (

    select * from {{ ref('int_pql__active_events_for_others') }}

),

event_signals as (

    select * from {{ ref('pql_event_signals') }}
    where credited_to in ('object_owner', 'account') and signal not in ('idle', 'surface', 'invite_sent')

),

object_owners as (

    select * from {{ ref('int_pql__object_owners') }}

),

matched as (

    select
        events.*,
        event_signals.signal,
        event_signals.credited_to,
        case
            when event_signals.quantity_property is not null
                then {{ pql_json_field('events.properties', 'event_signals.quantity_property') }}
        end as quantity
    from events
    inner join event_signals
        on {{ pql_event_matches('events', 'event_signals') }}

),

credited as (

    select
        matched.*,
        case
            when matched.credited_to = 'account' then matched.account_id
            else coalesce(object_owners.owner_id, matched.target_user_id)
        end as entity_id
    from matched
    left join object_owners
        on
            case when matched.credited_to = 'object_owner' then matched.object_id end = object_owners.object_id
            and {{ pql_holds_at('object_owners', 'matched.occurred_at') }}

),

final as (

    select
        -- ids
        case when credited_to = 'account' then 'account' else 'user' end as entity_type,
        entity_id,
        event_id,
        account_id,
        object_id,
        user_id as other_user_id,

        -- strings
        signal,

        -- numerics
        {{ pql_quantity('quantity') }} as quantity,

        -- timestamps
        occurred_at
    from credited
    where entity_id is not null and (credited_to = 'account' or entity_id <> user_id)

)

select * from final
