-- One row per model version, horizon, period, slice and cluster that is in it.
with

outcomes as (

    select * from {{ ref('int_pql__outcomes') }}

),

slices as (

    select * from {{ ref('int_pql__slices') }}

),

final as (

    select
        outcomes.model_id,
        outcomes.model_version,
        outcomes.horizon_days,
        outcomes.period,
        slices.slice_type,
        slices.slice,
        outcomes.cluster_id,
        cast(count(distinct outcomes.user_id) as bigint) as user_count,
        cast(sum(outcomes.observation_count) as bigint) as observation_count,
        cast(sum(outcomes.conversion_count) as bigint) as conversion_count
    from outcomes
    inner join slices
        on
            outcomes.model_id = slices.model_id
            and outcomes.model_version = slices.model_version
            and case slices.slice_type
                when 'all' then true
                when 'group' then (outcomes.status in ('pql', 'hot')) = (slices.slice = 'pql')
                when 'status' then outcomes.status = slices.slice
                else outcomes.score >= slices.score_from and outcomes.score < coalesce(slices.score_to, outcomes.score + 1)
            end
    group by
        outcomes.model_id, outcomes.model_version, outcomes.horizon_days, outcomes.period,
        slices.slice_type, slices.slice, outcomes.cluster_id

)

select * from final
