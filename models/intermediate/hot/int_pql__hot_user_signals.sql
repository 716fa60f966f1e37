-- One row per fact of a user in the lane: what they did, as a signal, and the invitations of theirs that count.
{{ config(materialized='ephemeral') }}

with

events as (

    select * from {{ ref('int_pql__hot_active_events') }}

),

event_signals as (

    select * from {{ ref('pql_event_signals') }}
    where signal not in ('idle', 'surface')

),

names as (

    select distinct user_id, lower(user_id) as name, {{ pql_since_ever() }} as valid_from, cast(null as timestamp) as valid_to
    from {{ ref('int_pql__users') }}

    union all

    select user_id, email as name, valid_from, valid_to
    from {{ ref('int_pql__user_history') }}
    where email is not null

    union all

    select user_id, email as name, valid_from, valid_to
    from {{ ref('int_pql__unseen_users') }}
    where email is not null

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_id is not null

),

matched as (

    select
        events.event_id,
        events.user_id,
        events.account_id,
        events.occurred_at,
        event_signals.signal,
        case
            when event_signals.signal = 'invite_sent' then lower(coalesce(events.object_id, events.target_user_id))
            else events.object_id
        end as object_id,
        case when event_signals.signal <> 'invite_sent' then events.target_user_id end as other_user_id,
        case
            when event_signals.quantity_property is not null and event_signals.signal <> 'invite_sent'
                then {{ pql_json_field('events.properties', 'event_signals.quantity_property') }}
        end as quantity
    from events
    inner join event_signals
        on {{ pql_event_matches('events', 'event_signals') }}

),

-- invitations to oneself, and to who is a member already, do not count
invites_not_counted as (

    select distinct matched.event_id
    from matched
    inner join names
        on matched.object_id = names.name and {{ pql_holds_at('names', 'matched.occurred_at') }}
    left join memberships
        on
            names.user_id = memberships.user_id
            and memberships.entity_type = 'account'
            and matched.account_id = memberships.entity_id
            and {{ pql_holds_at('memberships', 'matched.occurred_at') }}
    where matched.signal = 'invite_sent' and (names.user_id = matched.user_id or memberships.user_id is not null)

),

final as (

    select
        user_id,
        account_id,
        signal,
        occurred_at,
        object_id,
        other_user_id,
        {{ pql_quantity('quantity') }} as quantity,
        event_id
    from matched
    where
        signal <> 'invite_sent'
        or (
            object_id is not null
            and object_id <> lower(user_id)
            and event_id not in (select invites_not_counted.event_id from invites_not_counted)
        )

)

select * from final
