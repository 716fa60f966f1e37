-- One row per step of a calibration and period: how often its users converted, with a 95 % interval.
{{ config(materialized='view') }}
with

with_rates as (

    select
        calibration_sums.*,
        {{ pql_rate('conversion_count', 'observation_count') }} as conversion_rate
    from {{ ref('int_pql__calibration_sums') }} as calibration_sums

),

with_variances as (

    select
        with_rates.*,
        {{ pql_residual_products('with_rates', 'in', 'conversion_rate', 'in', 'conversion_rate') }}
        / observation_count / observation_count * {{ pql_cluster_correction('cluster_count') }} as variance
    from with_rates

),

with_sizes as (

    select
        with_variances.*,
        {{ pql_effective_size('conversion_rate', 'variance', 'observation_count', 'cluster_count') }} as effective_size
    from with_variances

),

final as (

    select
        model_id,
        model_version,
        horizon_days,
        step,
        period,
        cluster_count,
        converting_cluster_count,
        observation_count,
        conversion_count,
        conversion_rate,
        {{ pql_wilson_bound('-', 'conversion_rate', 'effective_size') }} as rate_low,
        {{ pql_wilson_bound('+', 'conversion_rate', 'effective_size') }} as rate_high
    from with_sizes

)

select * from final
