-- One row per incremental model and run: how far the model has come, and under which settings. A log, never dropped.
{{ config(
    materialized='incremental',
    full_refresh=false,
    pre_hook=["{{ pql_create_functions() }}", "{{ pql_add_columns({'as_of': 'timestamp'}) }}"],
) }}

select
    cast(null as varchar) as model_name,
    cast(null as bigint) as change_number,
    cast(null as varchar) as settings_digest,
    cast(null as varchar) as known_at,
    cast(null as timestamp) as as_of
where false
