-- One row per user who is scored: when they signed up and from when on they exist.
with

users as (

    select * from {{ ref('stg_pql__users') }}

),

events as (

    select * from {{ ref('stg_pql__events') }}

),

event_signals as (

    select * from {{ ref('pql_event_signals') }}

),

first_events as (

    select
        user_id,
        min(occurred_at) as first_event_at
    from events
    group by user_id

),

first_signup_events as (

    select
        events.user_id,
        min(events.occurred_at) as signed_up_at
    from events
    inner join event_signals
        on {{ pql_event_matches('events', 'event_signals') }}
    where event_signals.signal = 'signup'
    group by events.user_id

),

stated_signups as (

    select
        user_id,
        min(signed_up_at) as signed_up_at
    from users
    group by user_id

),

everyone as (

    select user_id from stated_signups
    union
    select user_id from first_events

),

final as (

    select
        everyone.user_id,
        coalesce(stated_signups.signed_up_at, first_signup_events.signed_up_at) as signed_up_at,
        least(
            coalesce(stated_signups.signed_up_at, first_signup_events.signed_up_at, first_events.first_event_at),
            coalesce(first_events.first_event_at, stated_signups.signed_up_at)
        ) as started_at
    from everyone
    left join stated_signups on everyone.user_id = stated_signups.user_id
    left join first_signup_events on everyone.user_id = first_signup_events.user_id
    left join first_events on everyone.user_id = first_events.user_id
    where stated_signups.signed_up_at is not null or first_events.first_event_at is not null

)

select * from final
