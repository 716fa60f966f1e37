-- One row per user: their latest activity at or before as_of, idle events left out.
with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

events as (

    select * from {{ ref('int_pql__active_events') }}

),

idle_signals as (

    select * from {{ ref('pql_event_signals') }}
    where signal = 'idle'

),

final as (

    select
        events.user_id,
        max(events.occurred_at) as last_active_at
    from events
    cross join clock
    left join idle_signals
        on {{ pql_event_matches('events', 'idle_signals') }}
    where events.occurred_at <= clock.as_of and idle_signals.event_name is null
    group by events.user_id

)

select * from final
