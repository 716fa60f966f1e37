-- One row per event inside an island of activity that has opened a session: without a pause of more than
-- pql_session_timeout_minutes. Surface events extend an island but open nothing.
{{ config(materialized='ephemeral') }}
{%- set timeout = var('pql_session_timeout_minutes') * 60 * 1000000 %}

with

activity as (

    select * from {{ ref('int_pql__activity') }}

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
final as (

    select
        in_islands.*,
        coalesce(previous_opening_at >= island_began_at, false) as is_open_before
    from in_islands
    where is_surface = 0 or previous_opening_at >= island_began_at

)

select * from final
