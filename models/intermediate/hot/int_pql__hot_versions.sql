-- One row per version of an event of which a version has arrived since the last build; is_current marks the one that holds.
{{ config(materialized='ephemeral') }}
{%- set columns = [
    'event_key', 'content_digest', 'are_properties_readable', 'loaded_at', 'event_name', 'user_id', 'occurred_at', 'account_id',
    'object_id', 'target_user_id', 'properties', 'is_deleted',
] %}

with

arrived as (

    select * from {{ ref('int_pql__arrived_events') }}
    where is_acceptable

),

new_keys as (

    select distinct event_key
    from arrived
    where is_new

),

versions as (

    select {{ columns | join(', ') }}
    from arrived
    where event_key in (select new_keys.event_key from new_keys)

    union all

    select
        {{ columns | join(', ') | replace('event_key', 'event_id as event_key') | replace('occurred_at', 'stated_at as occurred_at') }}
    from {{ ref('int_pql__hot_staged') }}
    where event_id in (select new_keys.event_key from new_keys)

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

final as (

    select
        event_key as event_id,
        user_id,
        account_id,
        object_id,
        target_user_id,
        event_name,
        properties,
        are_properties_readable,
        is_deleted,
        place = 1 as is_current,
        case when occurred_at > loaded_at then loaded_at else occurred_at end as occurred_at,
        loaded_at
    from ranked

)

select * from final
