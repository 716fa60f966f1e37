-- One row per event and version that a run put in force or out of it, until a run has said what follows from it.
-- A log, never dropped; written by stg_pql__event_versions.
{{ config(materialized='incremental', full_refresh=false, on_schema_change='append_new_columns') }}

select
    cast(null as bigint) as staging_number,
    cast(null as varchar) as kind,
    cast(null as varchar) as event_id,
    cast(null as varchar) as user_id,
    cast(null as varchar) as account_id,
    cast(null as varchar) as object_id,
    cast(null as varchar) as target_user_id,
    cast(null as timestamp) as occurred_at,
    cast(null as varchar) as event_name
where false
