-- One row per model version, horizon, period and slice of the users observed: how often they converted, against the others.
with

slices as (

    select * from {{ ref('int_pql__slices') }}

),

intervals as (

    select * from {{ ref('int_pql__slice_intervals') }}

),

final as (

    select
        -- which slice
        intervals.model_id,
        intervals.model_version,
        cast(intervals.horizon_days as bigint) as horizon_days,
        intervals.period,
        intervals.slice_type,
        intervals.slice,
        slices.score_from,
        slices.score_to,

        -- how much is known of it
        intervals.user_count as users,
        intervals.cluster_count as clusters,
        intervals.observation_count as observations,
        intervals.conversion_count as conversions,
        intervals.converting_cluster_count as converting_clusters,
        intervals.share_of_observations,

        -- how good it is
        intervals.precision_rate as conversion_rate,
        intervals.precision_low as conversion_rate_low,
        intervals.precision_high as conversion_rate_high,
        intervals.recall_rate as recall,
        intervals.recall_low,
        intervals.recall_high,
        intervals.lift,
        intervals.lift_low,
        intervals.lift_high,
        intervals.lift_over_rest as lift_over_non_pqls,
        intervals.lift_over_rest_low as lift_over_non_pqls_low,
        intervals.lift_over_rest_high as lift_over_non_pqls_high,

        -- in words
        intervals.verdict,
        cast(intervals.conversions_needed as bigint) as conversions_needed
    from intervals
    inner join slices
        on
            intervals.model_id = slices.model_id
            and intervals.model_version = slices.model_version
            and intervals.slice_type = slices.slice_type
            and intervals.slice = slices.slice

)

select * from final
