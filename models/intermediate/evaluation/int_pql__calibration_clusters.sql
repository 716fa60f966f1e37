-- One row per step of a calibration, period and cluster: `earlier`, which it was fitted on, and `later`, which it has not seen.
with

steps as (

    select * from {{ ref('int_pql__calibration_steps') }}

),

outcomes as (

    select * from {{ ref('int_pql__outcomes') }}
    where period in ('earlier', 'later')

),

final as (

    select
        steps.model_id,
        steps.model_version,
        steps.horizon_days,
        steps.step,
        outcomes.period,
        outcomes.cluster_id,
        cast(sum(outcomes.observation_count) as bigint) as in_n,
        cast(sum(outcomes.conversion_count) as bigint) as in_x
    from steps
    inner join outcomes
        on
            steps.model_id = outcomes.model_id
            and steps.model_version = outcomes.model_version
            and steps.horizon_days = outcomes.horizon_days
            and steps.score_from <= outcomes.score
            and coalesce(steps.score_to, outcomes.score + 1) > outcomes.score
    group by
        steps.model_id, steps.model_version, steps.horizon_days, steps.step, outcomes.period, outcomes.cluster_id

)

select * from final
