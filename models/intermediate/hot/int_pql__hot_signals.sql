-- One row per fact of a trigger in the lane, for the user who acted, their account and their company domain.
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

user_facts as (

    select *
    from matched
    where
        matched.signal <> 'invite_sent'
        or (
            matched.object_id is not null
            and matched.object_id <> lower(matched.user_id)
            and matched.event_id not in (select invites_not_counted.event_id from invites_not_counted)
        )

),

final as (

    select 'user' as entity_type, user_id as entity_id, signal, occurred_at, object_id, other_user_id, quantity, event_id
    from user_facts

    union all

    select 'account', account_id, signal, occurred_at, object_id, user_id, quantity, event_id
    from user_facts
    where account_id is not null

    union all

    select 'domain', memberships.entity_id, user_facts.signal, user_facts.occurred_at, user_facts.object_id,
        user_facts.user_id, user_facts.quantity, user_facts.event_id
    from user_facts
    inner join memberships
        on
            user_facts.user_id = memberships.user_id
            and memberships.entity_type = 'domain'
            and {{ pql_holds_at('memberships', 'user_facts.occurred_at') }}

)

select * from final
