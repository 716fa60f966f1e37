-- One row per step of a calibration and period: `earlier`, which it was fitted on, and `later`, which it has not seen.
with

steps as (

    select * from {{ ref('int_pql__calibration_steps') }}

),

outcomes as (

    select * from {{ ref('int_pql__outcomes') }}
    where period in ('earlier', 'later')

),

clusters as (

    select
        steps.model_id,
        steps.model_version,
        steps.horizon_days,
        steps.step,
        outcomes.period,
        outcomes.cluster_id,
        sum(outcomes.observation_count) as in_n,
        sum(outcomes.conversion_count) as in_x
    from steps
    inner join outcomes
        on
            steps.model_id = outcomes.model_id
            and steps.model_version = outcomes.model_version
            and steps.horizon_days = outcomes.horizon_days
            and outcomes.score >= steps.score_from
            and outcomes.score < coalesce(steps.score_to, outcomes.score + 1)
    group by
        steps.model_id, steps.model_version, steps.horizon_days, steps.step, outcomes.period, outcomes.cluster_id

),

final as (

    select
        model_id,
        model_version,
        horizon_days,
        step,
        period,
        cast(count(*) as bigint) as cluster_count,
        cast(count(case when in_x > 0 then 1 end) as bigint) as converting_cluster_count,
        cast(sum(in_n) as bigint) as observation_count,
        cast(sum(in_x) as bigint) as conversion_count
        {%- for first in ['x', 'n'] %}{% for second in ['x', 'n'] %},
        cast(sum(in_{{ first }} * in_{{ second }}) as bigint) as in_{{ first }}_in_{{ second }}
        {%- endfor %}{% endfor %}
    from clusters
    group by model_id, model_version, horizon_days, step, period

)

select * from final
