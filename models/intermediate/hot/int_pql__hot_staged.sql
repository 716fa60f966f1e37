-- One row per staged version of an event of which a version has arrived since the last build, or that holds, has a name of the
-- lane, and is of a user of such events. All that the lane reads of the staged history, in one pass over it.
{{ config(materialized='ephemeral') }}

with

new_events as (

    select event_key, user_id
    from {{ ref('int_pql__arrived_events') }}
    where is_new

),

hot_names as (

    select * from {{ ref('int_pql__hot_names') }}

),

-- of whoever did it, and of whoever is said to have done it until now
users as (

    select user_id
    from new_events

    union

    select user_id
    from {{ ref('stg_pql__event_versions') }}
    where {{ pql_is_one_of('event_id', 'new_events', 'event_key') }}

),

final as (

    select
        event_id,
        user_id,
        account_id,
        object_id,
        target_user_id,
        event_name,
        properties,
        content_digest,
        are_properties_readable,
        is_deleted,
        is_current,
        stated_at,
        occurred_at,
        loaded_at
    from {{ ref('stg_pql__event_versions') }}
    where
        {{ pql_is_one_of('user_id', 'users') }}
        and (
            event_id in (select new_events.event_key from new_events)
            or (is_current and not is_deleted and event_name in (select hot_names.event_name from hot_names))
        )

)

select * from final
