-- One row per event that is activity: not idle. Surface events (page views, menus) are marked.
-- Of users whom a run touches, from rebuilt_from on.
{{ config(materialized='ephemeral') }}

with

events as (

    {{ pql_facts_to_rebuild(ref('int_pql__active_events'), ['user_id'], 'occurred_at', is_full_build=false) }}

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

final as (

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

)

select * from final
