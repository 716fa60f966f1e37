-- One row per accepted event of a user in the lane that has a name of the lane: as staged, or as arrived since.
{{ config(materialized='ephemeral') }}
{%- set columns = [
    'event_id', 'user_id', 'account_id', 'object_id', 'target_user_id', 'event_name', 'properties', 'occurred_at',
] %}

with

versions as (

    select * from {{ ref('int_pql__hot_versions') }}

),

hot_names as (

    select * from {{ ref('int_pql__hot_names') }}

),

hot_users as (

    select * from {{ ref('int_pql__hot_users') }}

),

staged as (

    select
        event_id,
        user_id,
        account_id,
        object_id,
        target_user_id,
        event_name,
        case when are_properties_readable then properties end as properties,
        occurred_at
    from {{ ref('int_pql__hot_staged') }}
    where
        is_current
        and not is_deleted
        and user_id in (select hot_users.user_id from hot_users)
        and event_name in (select hot_names.event_name from hot_names)

),

final as (

    select {{ columns | join(', ') }}
    from staged
    where event_id not in (select versions.event_id from versions)

    union all

    select {{ columns | join(', ') }}
    from versions
    where is_current and not is_deleted and event_name in (select hot_names.event_name from hot_names)

)

select * from final
