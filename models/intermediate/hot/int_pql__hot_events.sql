-- One row per accepted event with a name that a trigger in the lane counts: as staged, or as arrived since.
{{ config(materialized='ephemeral') }}
{%- set columns = [
    'event_key', 'content_digest', 'are_properties_readable', 'loaded_at', 'event_name', 'user_id', 'occurred_at', 'account_id',
    'object_id', 'target_user_id', 'properties', 'is_deleted',
] %}

with

event_signals as (

    select * from {{ ref('pql_event_signals') }}

),

hot_metrics as (

    select * from {{ ref('int_pql__hot_metrics') }}
    where is_in_lane

),

hot_names as (

    select distinct event_signals.event_name
    from event_signals
    inner join hot_metrics on event_signals.signal = hot_metrics.signal

),

staged as (

    select * from {{ ref('stg_pql__event_versions') }}
    where is_current and event_name in (select hot_names.event_name from hot_names)

),

acceptable as (

    select * from {{ ref('int_pql__arrived_events') }}
    where is_acceptable

),

-- a correction may give an event such a name, or take it away
hot_keys as (

    select event_key
    from acceptable
    where event_name in (select hot_names.event_name from hot_names)

    union

    select event_id as event_key
    from staged

),

arrived as (

    select *
    from acceptable
    where event_key in (select hot_keys.event_key from hot_keys)

),

versions as (

    select {{ columns | join(', ') }}
    from arrived

    union all

    select
        {{ columns | join(', ') | replace('event_key', 'event_id as event_key') | replace('occurred_at', 'stated_at as occurred_at') }}
    from {{ ref('stg_pql__event_versions') }}
    where event_id in (select arrived.event_key from arrived)

),

-- the same content again is a repeat of its first load
contents as (

    select
        versions.*,
        row_number() over (
            partition by event_key, content_digest order by loaded_at nulls first
        ) as load_number
    from versions

),

-- the newest load holds; within one load the first content
ranked as (

    select
        contents.*,
        row_number() over (
            partition by event_key
            order by
                loaded_at desc nulls last,
                {{ pql_byte_order('event_name') }},
                {{ pql_byte_order('user_id') }},
                {{ pql_byte_order(pql_content_hash('events', are_parsed=false)) }}
        ) as place
    from contents
    where load_number = 1

),

current_events as (

    select event_id, user_id, account_id, object_id, target_user_id, event_name, properties, are_properties_readable,
        is_deleted, occurred_at
    from staged
    where event_id not in (select arrived.event_key from arrived)

    union all

    select event_key as event_id, user_id, account_id, object_id, target_user_id, event_name, properties,
        are_properties_readable, is_deleted,
        case when occurred_at > loaded_at then loaded_at else occurred_at end as occurred_at
    from ranked
    where place = 1 and event_name in (select hot_names.event_name from hot_names)

),

final as (

    select
        event_id,
        user_id,
        account_id,
        object_id,
        target_user_id,
        event_name,
        case when are_properties_readable then properties end as properties,
        occurred_at
    from current_events
    where not is_deleted

)

select * from final
