-- One row per user whose facts the lane counts anew: something they did that counts has arrived, or was corrected, since the build.
{{ config(materialized='ephemeral') }}

with

versions as (

    select * from {{ ref('int_pql__hot_versions') }}

),

hot_names as (

    select * from {{ ref('int_pql__hot_names') }}

),

final as (

    select distinct user_id
    from versions
    where event_name in (select hot_names.event_name from hot_names)

)

select * from final
