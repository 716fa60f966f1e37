-- Prevents activity that counts twice: two sessions of a user share no instant, and none lasts longer than it may.

with

sessions as (

    select
        session_id,
        user_id,
        started_at,
        ended_at,
        event_count,
        core_action_count,
        lead(started_at) over (partition by user_id order by started_at, ended_at) as next_started_at
    from {{ ref('int_pql__sessions') }}

)

select * from sessions
where
    next_started_at <= ended_at
    or ended_at < started_at
    or ended_at > {{ pql_add_hours('started_at', var('pql_session_max_hours')) }}
    or core_action_count > event_count
