-- One row per accepted event: its newest version, unless that deletes it.
{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('stg_pql__event_versions') }}

),

final as (

    {{ pql_accepted_events('versions') }}

)

select * from final
