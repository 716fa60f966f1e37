-- One row per day of stg_pql__event_loads, as it stood when its rows were staged. A log, never dropped.
{{ config(materialized='incremental', full_refresh=false) }}

select load_date, row_count
from {{ ref('stg_pql__event_loads') }}
where false
