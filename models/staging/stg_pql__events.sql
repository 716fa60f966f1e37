-- One row per accepted event: its newest version, unless that deletes it.
{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('stg_pql__event_versions') }}

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
        occurred_at,
        loaded_at
    from versions
    where is_current and not is_deleted

)

select * from final
