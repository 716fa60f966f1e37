-- One row per core action that lies in a session of its user: the last one that started before it, if that still lasts.
{{ pql_rebuilt_since(['user_id'], 'occurred_at') }}

with

sessions as (

    {{ pql_facts_to_rebuild(ref('int_pql__sessions'), ['user_id'], 'started_at') }}

),

signals as (

    {{ pql_facts_to_rebuild(ref('int_pql__event_signals'), ['user_id'], 'occurred_at') }}

),

core_actions as (

    select * from signals
    where signal = 'core_action'

),

sessions_and_core_actions as (

    select user_id, started_at as occurred_at, started_at, ended_at, 0 as is_core_action,
        cast(null as varchar) as event_id, cast(null as varchar) as account_id,
        cast(null as varchar) as object_id, cast(null as varchar) as other_user_id
    from sessions

    union all

    select user_id, occurred_at, cast(null as timestamp) as started_at, cast(null as timestamp) as ended_at,
        1 as is_core_action, event_id, account_id, object_id, other_user_id
    from core_actions

),

with_session as (

    select
        sessions_and_core_actions.*,
        max(started_at) over so_far as session_started_at,
        max(ended_at) over so_far as session_ended_at
    from sessions_and_core_actions
    window so_far as (
        partition by user_id order by occurred_at, is_core_action rows unbounded preceding
    )

),

final as (

    select user_id, event_id, account_id, object_id, other_user_id, occurred_at, session_started_at
    from with_session
    where is_core_action = 1 and occurred_at <= session_ended_at

)

select * from final
