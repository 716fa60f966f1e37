-- One row per metric of the business, period (week, month; `ever` for stages) and whatever it counts, with what that adds.
-- A rate with days of patience counts only those who have had them by as_of: nobody is judged early.
with

cases as (
    {% for name in ['journey', 'feedback', 'response', 'usage', 'stage'] %}
    select metric_id, model_id, segment, subject_id, cluster_id, counted_at, happened_at, amount
    from {{ ref('int_pql__' ~ name ~ '_cases') }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

business_metrics as (

    select * from {{ ref('pql_business_metric_definitions') }}

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

valued as (

    select
        cases.metric_id,
        business_metrics.scope,
        business_metrics.kind,
        cases.model_id,
        cases.segment,
        cases.subject_id,
        cases.cluster_id,
        cases.counted_at,
        case
            when business_metrics.days is null then coalesce(cases.amount, 1)
            when cases.happened_at <= {{ pql_add_hours('cases.counted_at', 'business_metrics.days * 24') }} then 1
            else 0
        end as amount
    from cases
    cross join clock
    inner join business_metrics on cases.metric_id = business_metrics.metric_id
    where {{ pql_add_hours('cases.counted_at', 'coalesce(business_metrics.days, 0) * 24') }} <= clock.as_of

),

in_periods as (
    {% for period in ['week', 'month'] %}
    select valued.*, '{{ period }}' as period, {{ pql_period_start("'" ~ period ~ "'", 'counted_at') }} as period_started_at
    from valued
    where scope = 'period'

    union all
    {% endfor %}
    select valued.*, 'ever' as period, {{ pql_since_ever() }} as period_started_at
    from valued
    where scope = 'stage'

),

-- of what is counted for each user, all that the user did is one case
final as (

    select
        metric_id, kind, model_id, segment, period, period_started_at, cluster_id, amount
    from in_periods
    where kind <> 'per_subject'

    union all

    select
        metric_id, kind, model_id, segment, period, period_started_at, cluster_id,
        sum(amount) as amount
    from in_periods
    where kind = 'per_subject'
    group by metric_id, kind, model_id, segment, period, period_started_at, cluster_id, subject_id

)

select * from final
