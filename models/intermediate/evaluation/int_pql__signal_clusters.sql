-- One row per model version, horizon, signal and cluster that had it at an evaluated instant.
with

observations as (

    select * from {{ ref('int_pql__observations') }}

),

signals as (

    select * from {{ ref('int_pql__signals_at_instants') }}

),

instants as (

    select * from {{ ref('int_pql__evaluation_instants') }}
    where period = 'all'

),

user_signals as (

    select
        observations.model_id,
        observations.model_version,
        observations.cluster_id,
        observations.user_id,
        observations.evaluated_at,
        observations.converted_at,
        signals.signal_type,
        signals.signal_id
    from observations
    inner join signals
        on
            observations.model_id = signals.model_id
            and observations.model_version = signals.model_version
            and observations.user_id = signals.user_id
            and observations.evaluated_at = signals.evaluated_at

),

final as (

    select
        user_signals.model_id,
        user_signals.model_version,
        instants.horizon_days,
        instants.period,
        user_signals.signal_type as slice_type,
        user_signals.signal_id as slice,
        user_signals.cluster_id,
        cast(count(distinct user_signals.user_id) as bigint) as user_count,
        cast(count(*) as bigint) as observation_count,
        {{ pql_conversion_count('user_signals', 'instants.horizon_days') }} as conversion_count
    from user_signals
    inner join instants on user_signals.evaluated_at = instants.evaluated_at
    group by
        user_signals.model_id, user_signals.model_version, instants.horizon_days, instants.period,
        user_signals.signal_type, user_signals.signal_id, user_signals.cluster_id

)

select * from final
