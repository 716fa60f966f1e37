-- One row per raw event row with a fault, be it that the row can still be used.
-- An incremental run takes the loads in which it sees new rows, and looks at all their rows again.
{{ config(
    materialized='incremental',
    incremental_strategy='pql_loads_again',
    on_schema_change='append_new_columns',
    post_hook=["{{ pql_note_staging_progress() }}", "{{ pql_note_staged_loads() }}"],
) }}

with

raw_rows as (

    select * from {{ ref('base_pql__events') }}
    where {{ pql_is_in_new_load(stored='loaded_at_stored') }}

),

final as (

    select
        event_id,
        user_id,
        event_name,
        occurred_at,
        occurred_at_given,
        loaded_at,
        loaded_at_given,
        account_id,
        object_id,
        target_user_id,
        properties,
        properties_given,
        is_deleted,
        is_deleted_given,
        event_key,
        is_acceptable
    from raw_rows
    where {{ pql_is_faulty('events') }}

)

select * from final
