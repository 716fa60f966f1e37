-- One row per model, user and interval of one score and status, gap-free from the user's start.
{{ pql_rebuilt_whole(['user_id']) }}
with

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where entity_type = 'user' and {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

final as (

    select
        model_id,
        model_version,
        entity_id as user_id,
        valid_from,
        valid_to,
        status,
        status in ('pql', 'hot') as is_pql,
        status = 'hot' as is_hot,
        cast(score as bigint) as score,
        cast(activation_points as bigint) as activation_points,
        cast(usage_points as bigint) as usage_points,
        cast(fit_points as bigint) as fit_points,
        cast(intent_points as bigint) as intent_points,
        cast(other_points as bigint) as other_points,
        cast(adjustment_points as bigint) as adjustment_points,
        pillars_held,
        pillars_missing,
        qualified_by,
        ineligibility_reason
    from status_history

)

select * from final
