-- One row per model version, horizon, period, user, status and score: at how many instants, and at how many of them
-- the user was to convert within the horizon.
with

observations as (

    select * from {{ ref('int_pql__observations') }}

),

instants as (

    select * from {{ ref('int_pql__evaluation_instants') }}

),

final as (

    select
        observations.model_id,
        observations.model_version,
        instants.horizon_days,
        instants.period,
        observations.cluster_id,
        observations.user_id,
        observations.status,
        observations.score,
        cast(count(*) as bigint) as observation_count,
        {{ pql_conversion_count('observations', 'instants.horizon_days') }} as conversion_count
    from observations
    inner join instants on observations.evaluated_at = instants.evaluated_at
    group by
        observations.model_id, observations.model_version, instants.horizon_days, instants.period,
        observations.cluster_id, observations.user_id, observations.status, observations.score

)

select * from final
