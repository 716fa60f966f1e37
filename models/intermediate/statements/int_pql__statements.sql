-- One row per run that ended with its restatements written: what the run meant by now, and what it rested on. A log, never dropped.
{{ config(materialized='incremental', full_refresh=false) }}

select
    cast(null as varchar) as run_id,
    cast(null as timestamp) as as_of,
    cast(null as varchar) as settings_digest,
    cast(null as bigint) as staging_number
where false
