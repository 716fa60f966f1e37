-- One row per model of raw events and day of stg_pql__event_loads, as it stood when the model took its rows in.
-- A log, never dropped.
{{ config(materialized='incremental', full_refresh=false, on_schema_change='append_new_columns') }}

select cast(null as varchar) as model_name, load_date, row_count
from {{ ref('stg_pql__event_loads') }}
where false
