-- One row per model, entity and instant at which its status changes, with what was before.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}

with

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

with_previous as (

    select
        model_id,
        model_version,
        entity_type,
        entity_id,
        valid_from as transitioned_at,
        status as to_status,
        score as score_after,
        pillars_missing is null as has_every_pillar,
        ineligibility_reason,
        coalesce(qualified_by in ('trigger', 'both'), false) as is_trigger_hot,
        lag(model_version) over in_order as previous_version,
        lag(status) over in_order as from_status,
        lag(score) over in_order as score_before,
        lag(pillars_missing is null) over in_order as had_every_pillar,
        lag(ineligibility_reason) over in_order as previous_reason,
        lag(coalesce(qualified_by in ('trigger', 'both'), false)) over in_order as was_trigger_hot
    from status_history
    window in_order as (partition by model_id, entity_type, entity_id order by valid_from)

),

final as (

    select * from with_previous
    where from_status is null or from_status <> to_status

)

select * from final
