-- One row per invitation sent; is_counted is false for those to oneself or to someone who was a member already.

with

events as (

    select * from {{ ref('int_pql__active_events_for_others') }}

),

event_signals as (

    select * from {{ ref('pql_event_signals') }}
    where signal = 'invite_sent'

),

user_history as (

    select * from {{ ref('int_pql__user_history') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_type = 'account' and entity_id is not null

),

addressed as (

    select
        events.event_id,
        events.user_id,
        events.account_id,
        events.occurred_at,
        lower(coalesce(events.object_id, events.target_user_id)) as addressee
    from events
    inner join event_signals
        on {{ pql_event_matches('events', 'event_signals') }}

),

-- the addressees who are users, by their id or by the e-mail they had at that instant
known_users as (

    select distinct user_id, lower(user_id) as name, {{ pql_since_ever() }} as valid_from, cast(null as timestamp) as valid_to
    from {{ ref('int_pql__users') }}

    union all

    select user_id, email as name, valid_from, valid_to
    from user_history
    where email is not null

),

resolved as (

    select
        addressed.event_id,
        max(case when known_users.user_id = addressed.user_id then 1 else 0 end) as is_self,
        max(case when memberships.user_id is not null then 1 else 0 end) as is_member
    from addressed
    inner join known_users
        on addressed.addressee = known_users.name and {{ pql_holds_at('known_users', 'addressed.occurred_at') }}
    left join memberships
        on
            known_users.user_id = memberships.user_id
            and addressed.account_id = memberships.entity_id
            and {{ pql_holds_at('memberships', 'addressed.occurred_at') }}
    group by addressed.event_id

),

judged as (

    select
        addressed.*,
        case
            when addressed.addressee is null then 'no_addressee'
            when resolved.is_self = 1 then 'self'
            when resolved.is_member = 1 then 'member'
        end as why_not_counted
    from addressed
    left join resolved on addressed.event_id = resolved.event_id

),

final as (

    select
        -- ids
        event_id,
        user_id,
        account_id,
        addressee,

        -- booleans
        why_not_counted is null as is_counted,

        -- strings
        why_not_counted,

        -- timestamps
        occurred_at
    from judged

)

select * from final
