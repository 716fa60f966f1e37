-- One row per model, user and interval, as the last of int_pql__statements said it. Written by pql_restatements; never dropped.
{{ config(materialized='incremental', full_refresh=false, on_schema_change='append_new_columns') }}
with

score_history as (

    select * from {{ ref('pql_score_history') }}

),

final as (

    select
        model_id,
        model_version,
        user_id,
        valid_from,
        valid_to,
        status,
        is_pql,
        is_hot,
        score,
        activation_points,
        usage_points,
        fit_points,
        intent_points,
        other_points,
        adjustment_points,
        pillars_held,
        pillars_missing,
        qualified_by,
        ineligibility_reason
    from score_history
    where false

)

select * from final
