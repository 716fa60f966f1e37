-- One row per metric of the business, model, segment and week or month: its value, interval, and whether it is final.
-- Metrics, days of patience and definitions are rows of pql_business_metric_definitions; a period without cases has a row as well.
-- The table is called pql_metrics; as a model it cannot be, because the seed with the metrics of the rules is.
{{ config(alias='pql_metrics') }}
{%- set keys = ['metric_id', 'model_id', 'segment', 'period', 'period_started_at'] %}
with

metric_values as (

    select *, coalesce(model_id, '') as model_key from {{ ref('int_pql__metric_values') }}
    where period <> 'ever'

),

business_metrics as (

    select * from {{ ref('pql_business_metric_definitions') }}
    where scope = 'period'

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

periods as (

    select distinct period, period_started_at from metric_values

),

kept_for as (

    select distinct metric_id, kind, model_id, model_key, segment from metric_values

),

in_every_period as (

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

),

-- the variance of a logarithm of a count is 1 over the count
growth as (

    select
        present.*,
        present.value / nullif(past.value, 0) as ratio,
        1.0 / nullif(present.cluster_count, 0) + 1.0 / nullif(past.cluster_count, 0) as ratio_variance
    from in_every_period as present
    inner join in_every_period as past
        on
            present.metric_id = past.metric_id
            and present.model_key = past.model_key
            and present.period = past.period
            and {{ pql_previous_period('present.period', 'present.period_started_at') }} = past.period_started_at
    where present.metric_id = 'new_pqls'

),

measured as (

    select {{ keys | join(', ') }}, case_count, cluster_count, value, value_low, value_high
    from in_every_period

    union all

    select
        'lead_velocity', model_id, segment, period, period_started_at, case_count, cluster_count,
        ratio - 1,
        {{ pql_ratio_bound('-', 'ratio', 'ratio_variance') }} - 1,
        {{ pql_ratio_bound('', 'ratio', 'ratio_variance') }} - 1
    from growth

),

final as (

    select
        -- which metric, of what
        measured.metric_id,
        measured.model_id,
        measured.segment,
        measured.period,
        measured.period_started_at,

        -- in words
        business_metrics.label,
        business_metrics.unit,
        replace(business_metrics.definition, '{days}', coalesce(cast(business_metrics.days as varchar), '')) as definition,

        -- how much
        cast(measured.case_count as bigint) as cases,
        cast(measured.cluster_count as bigint) as clusters,
        {{ pql_rounded('measured.value') }} as value,
        {{ pql_rounded('measured.value_low') }} as value_low,
        {{ pql_rounded('measured.value_high') }} as value_high,
        {{ pql_period_is_over('measured.period', 'measured.period_started_at', 'coalesce(business_metrics.days, 0)', 'clock.as_of') }}
            as is_complete,
        clock.as_of
    from measured
    cross join clock
    inner join business_metrics on measured.metric_id = business_metrics.metric_id

)

select * from final
