-- One row per session of a user: activity without a pause of more than pql_session_timeout_minutes.
-- Surface events (page views, menus) extend a session but open none; a session that never pauses is cut every 24 hours.
{%- set timeout = var('pql_session_timeout_minutes') * 60 * 1000000 %}
{%- set longest = var('pql_session_max_hours') * 60 * 60 * 1000000 %}
{%- set active_gap = var('pql_active_gap_seconds') * 1000000 %}

with

events as (

    select * from {{ ref('int_pql__active_events') }}

),

event_signals as (

    select * from {{ ref('pql_event_signals') }}
    where signal in ('idle', 'surface', 'core_action')

),

-- what an event is, by its name ...
kinds_by_name as (

    select
        event_name,
        max(case when signal = 'idle' then 1 else 0 end) as is_idle,
        max(case when signal = 'surface' then 1 else 0 end) as is_surface,
        max(case when signal = 'core_action' then 1 else 0 end) as is_core_action
    from event_signals
    where property_name is null
    group by event_name

),

-- ... and by its properties
kinds_by_property as (

    select
        events.event_id,
        max(case when event_signals.signal = 'idle' then 1 else 0 end) as is_idle,
        max(case when event_signals.signal = 'surface' then 1 else 0 end) as is_surface,
        max(case when event_signals.signal = 'core_action' then 1 else 0 end) as is_core_action
    from events
    inner join event_signals
        on {{ pql_event_matches('events', 'event_signals') }}
    where event_signals.property_name is not null
    group by events.event_id

),

activity as (

    select
        events.user_id,
        events.account_id,
        events.event_id,
        events.occurred_at,
        greatest(coalesce(kinds_by_name.is_surface, 0), coalesce(kinds_by_property.is_surface, 0)) as is_surface,
        greatest(coalesce(kinds_by_name.is_core_action, 0), coalesce(kinds_by_property.is_core_action, 0))
            as is_core_action
    from events
    left join kinds_by_name on events.event_name = kinds_by_name.event_name
    left join kinds_by_property on events.event_id = kinds_by_property.event_id
    where coalesce(kinds_by_name.is_idle, 0) = 0 and coalesce(kinds_by_property.is_idle, 0) = 0

),

-- had the user paused for longer than the timeout?
with_pause as (

    select
        activity.*,
        {{ pql_microseconds_between('lag(occurred_at) over in_order', 'occurred_at') }} as pause
    from activity
    window in_order as (partition by user_id order by occurred_at, is_surface, {{ pql_byte_order('event_id') }})

),

-- when did the island begin, and what opened a session last?
in_islands as (

    select
        user_id,
        account_id,
        event_id,
        occurred_at,
        is_surface,
        is_core_action,
        pause,
        max(case when pause <= {{ timeout }} then null else occurred_at end) over so_far as island_began_at,
        max(case when is_surface = 0 then occurred_at end) over before as previous_opening_at
    from with_pause
    window
        so_far as (
            partition by user_id order by occurred_at, is_surface, {{ pql_byte_order('event_id') }}
            rows unbounded preceding
        ),
        before as (
            partition by user_id order by occurred_at, is_surface, {{ pql_byte_order('event_id') }}
            rows between unbounded preceding and 1 preceding
        )

),

-- what comes before the first event that opens a session belongs to none
in_sessions as (

    select
        in_islands.*,
        coalesce(previous_opening_at >= island_began_at, false) as is_open_before
    from in_islands
    where is_surface = 0 or previous_opening_at >= island_began_at

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
