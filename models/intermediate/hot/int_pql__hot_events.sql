-- One row per accepted event of a user in the lane that has a name of the lane: as staged, or as arrived since.
{{ config(materialized='ephemeral') }}

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

staged_versions as (

    select * from {{ ref('int_pql__hot_staged') }}

),

staged as (

    {{ pql_accepted_events('staged_versions') }}

),

arrived as (

    {{ pql_accepted_events('versions') }}

),

final as (

    select event_id, user_id, account_id, object_id, target_user_id, event_name, properties, occurred_at
    from staged
    where
        user_id in (select hot_users.user_id from hot_users)
        and event_name in (select hot_names.event_name from hot_names)
        and event_id not in (select versions.event_id from versions)

    union all

    select event_id, user_id, account_id, object_id, target_user_id, event_name, properties, occurred_at
    from arrived
    where event_name in (select hot_names.event_name from hot_names)

)

select * from final
