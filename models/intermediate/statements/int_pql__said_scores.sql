-- One row per model, user and interval, as the last of int_pql__statements said it. Written by pql_restatements; never dropped.
{{ config(materialized='incremental', full_refresh=false, on_schema_change='append_new_columns') }}
with

score_history as (

    select * from {{ ref('pql_score_history') }}

),

final as (

    select *
    from score_history
    where false

)

select * from final
