-- One row per user: their latest activity at or before as_of, idle events left out.
{{ pql_rebuilt_now(['user_id']) }}

with

moment as (

    select * from {{ ref('int_pql__moment') }}

),

events as (

    select * from {{ ref('stg_pql__events') }}
    where {{ pql_has_moved(['user_id']) }}

),

silences as (

    {{ pql_silences() }}

),

active_events as (

    {{ pql_active_events('events', 'silences') }}

),

idle_signals as (

    select * from {{ ref('pql_event_signals') }}
    where signal = 'idle'

),

final as (

    select
        active_events.user_id,
        max(active_events.occurred_at) as last_active_at
    from active_events
    cross join moment
    left join idle_signals
        on {{ pql_event_matches('active_events', 'idle_signals') }}
    where active_events.occurred_at <= moment.as_of and idle_signals.event_name is null
    group by active_events.user_id

)

select * from final
