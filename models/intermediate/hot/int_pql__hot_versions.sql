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

judged as (

    {{ pql_judged_versions('versions') }}

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
        is_current,
        {{ pql_clamped_instant() }} as occurred_at,
        loaded_at
    from judged

)

select * from final
