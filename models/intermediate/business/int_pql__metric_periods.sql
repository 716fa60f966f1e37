-- One row per metric of the business, model and segment that ever counted anything, and week or month, also without a case.
{{ config(materialized='view') }}
with

metric_values as (

    select *, coalesce(model_id, '') as model_key from {{ ref('int_pql__metric_values') }}
    where period <> 'ever'

),

periods as (

    select distinct period, period_started_at from metric_values

),

kept_for as (

    select distinct metric_id, kind, model_id, model_key, segment from metric_values

),

final as (

    select
        kept_for.*,
        periods.period,
        periods.period_started_at,
        coalesce(metric_values.case_count, 0) as case_count,
        coalesce(metric_values.cluster_count, 0) as cluster_count,
        case when kept_for.kind = 'count' then coalesce(metric_values.value, 0) else metric_values.value end as value,
        metric_values.value_low,
        metric_values.value_high
    from kept_for
    cross join periods
    left join metric_values
        on
            kept_for.metric_id = metric_values.metric_id
            and kept_for.model_key = metric_values.model_key
            and kept_for.segment = metric_values.segment
            and periods.period = metric_values.period
            and periods.period_started_at = metric_values.period_started_at

)

select * from final
