-- One row per session of a user. A session that never pauses is cut every pql_session_max_hours.
{{ pql_rebuilt_since(['user_id'], 'started_at') }}
{%- set longest = var('pql_session_max_hours') * 60 * 60 * 1000000 %}
{%- set active_gap = var('pql_active_gap_seconds') * 1000000 %}

with

in_sessions as (

    select * from {{ ref('int_pql__session_activity') }}

),

sessions as (

    select
        user_id,
        island_began_at,
        max(case when not is_open_before then account_id end) as account_id,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as event_count,
        sum(is_core_action) as core_action_count,
        sum(case when is_open_before and pause <= {{ active_gap }} then pause else 0 end) as active_microseconds
    from in_sessions
    group by user_id, island_began_at

),

too_long as (

    select *
    from sessions
    where {{ pql_microseconds_between('started_at', 'ended_at') }} > {{ longest }}

),

pieces as (

    select
        in_sessions.*,
        too_long.started_at as session_started_at,
        floor({{ pql_microseconds_between('too_long.started_at', 'in_sessions.occurred_at') }} / {{ longest }})
            as piece_number
    from in_sessions
    inner join too_long
        on in_sessions.user_id = too_long.user_id and in_sessions.island_began_at = too_long.island_began_at

),

in_pieces as (

    select
        pieces.*,
        coalesce(
            max(case when is_surface = 0 then occurred_at end) over (
                partition by user_id, session_started_at, piece_number
                order by occurred_at, is_surface, {{ pql_byte_order('event_id') }}
                rows between unbounded preceding and 1 preceding
            ) is not null, false
        ) as is_piece_open_before
    from pieces

),

cut_sessions as (

    select
        user_id,
        max(case when not is_piece_open_before then account_id end) as account_id,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as event_count,
        sum(is_core_action) as core_action_count,
        sum(case when is_piece_open_before and pause <= {{ active_gap }} then pause else 0 end) as active_microseconds
    from in_pieces
    where is_surface = 0 or is_piece_open_before
    group by user_id, session_started_at, piece_number

),

all_sessions as (

    select user_id, account_id, started_at, ended_at, event_count, core_action_count, active_microseconds
    from sessions
    where {{ pql_microseconds_between('started_at', 'ended_at') }} <= {{ longest }}

    union all

    select user_id, account_id, started_at, ended_at, event_count, core_action_count, active_microseconds
    from cut_sessions

),

final as (

    select
        -- ids
        md5(user_id || '|' || {{ pql_instant_text('started_at') }}) as session_id,
        user_id,
        account_id,

        -- timestamps
        started_at,
        ended_at,

        -- numerics
        cast(event_count as bigint) as event_count,
        cast(core_action_count as bigint) as core_action_count,
        cast(floor(active_microseconds / 1000000) as bigint) as active_seconds
    from all_sessions

)

select * from final
