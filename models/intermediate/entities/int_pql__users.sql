-- One row per user who is scored: when they signed up and from when on they exist.
with

users as (

    select * from {{ ref('stg_pql__users') }}

),

event_summaries as (

    select * from {{ ref('int_pql__event_summaries') }}

),

first_events as (

    select
        user_id,
        min(first_event_at) as first_event_at,
        min(first_signup_at) as signed_up_at
    from event_summaries
    group by user_id

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
        coalesce(stated_signups.signed_up_at, first_events.signed_up_at) as signed_up_at,
        least(
            coalesce(stated_signups.signed_up_at, first_events.signed_up_at, first_events.first_event_at),
            coalesce(first_events.first_event_at, stated_signups.signed_up_at)
        ) as started_at
    from everyone
    left join stated_signups on everyone.user_id = stated_signups.user_id
    left join first_events on everyone.user_id = first_events.user_id
    where stated_signups.signed_up_at is not null or first_events.first_event_at is not null

)

select * from final
