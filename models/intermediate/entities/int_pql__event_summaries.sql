-- One row per user and account written on their events, null where none is: the first of them, the first that is a signup, and
-- a number that changes when any of them does.
{{ pql_rebuilt_by_events('user_id') }}

with

events as (

    select * from {{ ref('stg_pql__events') }}
    where {{ pql_has_changed_events('user_id') }}

),

signup_signals as (

    select * from {{ ref('pql_event_signals') }}
    where signal = 'signup'

),

signups as (

    select events.event_id
    from events
    inner join signup_signals
        on {{ pql_event_matches('events', 'signup_signals') }}
    group by events.event_id

),

marked as (

    select
        events.user_id,
        events.account_id,
        events.occurred_at,
        case when signups.event_id is not null then events.occurred_at end as signed_up_at,
        {{ pql_digest([
            'events.event_id', 'events.user_id', 'events.account_id', 'events.object_id', 'events.target_user_id',
            'events.event_name', 'events.properties', 'events.occurred_at',
        ]) }} as digest
    from events
    left join signups on events.event_id = signups.event_id

),

final as (

    select
        user_id,
        account_id,
        min(occurred_at) as first_event_at,
        min(signed_up_at) as first_signup_at,
        {{ pql_digest_of_many('digest') }} as digest
    from marked
    group by user_id, account_id

)

select * from final
