-- One row per incremental model and run: how far the model has come, and under which settings. A log, never dropped.
{{ config(materialized='incremental', full_refresh=false, pre_hook="{{ pql_create_functions() }}") }}

select
    cast(null as varchar) as model_name,
    cast(null as bigint) as change_number,
    cast(null as varchar) as settings_digest,
    cast(null as varchar) as known_at
where false
