-- One row per metric of the business, model, segment and week or month: its value, interval, and whether it is final.
-- The table is called pql_metrics; as a model it cannot be, because the seed with the metrics of the rules is.
{{ config(alias='pql_metrics') }}
{%- set keys = ['metric_id', 'model_id', 'segment', 'period', 'period_started_at'] %}
with

metric_periods as (

    select * from {{ ref('int_pql__metric_periods') }}

),

business_metrics as (

    select * from {{ ref('pql_business_metric_definitions') }}
    where scope = 'period'

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

-- the variance of a logarithm of a count is 1 over the count
growth as (

    select
        present.*,
        present.value / nullif(past.value, 0) as ratio,
        1.0 / nullif(present.cluster_count, 0) + 1.0 / nullif(past.cluster_count, 0) as ratio_variance
    from metric_periods as present
    inner join metric_periods as past
        on
            present.metric_id = past.metric_id
            and present.model_key = past.model_key
            and present.period = past.period
            and {{ pql_previous_period('present.period', 'present.period_started_at') }} = past.period_started_at
    where present.metric_id = 'new_pqls'

),

measured as (

    select {{ keys | join(', ') }}, case_count, cluster_count, value, value_low, value_high
    from metric_periods

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
