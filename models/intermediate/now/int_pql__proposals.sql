-- One row per model, user who is no PQL at as_of, metric and value that would take the metric to the next bound of a rule or pillar.
-- Only behaviour that the user can add to and for which the model has words (next_step) is proposed, and only where it may be
-- enough: most users are too far away for any single metric.
{{ pql_rebuilt_now(['entity_id']) }}
{%- set lever = ['model_id', 'model_version', 'metric_id'] %}

with

moment as (

    select * from {{ ref('int_pql__moment') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}
    where entity_type = 'user' and kind in ('count', 'sum', 'distinct_objects', 'distinct_users', 'active_days')

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

rules as (

    select * from {{ ref('pql_rules') }}

),

pillars as (

    select * from {{ ref('pql_pillars') }}

),

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where entity_type = 'user' and status in ('candidate', 'not_qualified') and {{ pql_has_moved(['entity_id']) }}

),

statuses as (

    select status_history.*
    from status_history
    cross join moment
    where {{ pql_holds_at('status_history', 'moment.as_of') }}

),

metrics_now as (

    select * from {{ ref('int_pql__metrics_now') }}
    where entity_type = 'user' and {{ pql_has_moved(['entity_id']) }}

),

-- a rule with several rows gives its points once
points_of_rules as (

    select {{ lever | join(', ') }}, rule_id, points, count(next_step) as wording_count
    from rules
    group by {{ lever | join(', ') }}, rule_id, points

),

-- caps only make a change of points smaller
levers as (

    select {{ lever | join(', ') }}, sum(abs(points)) as largest_gain
    from points_of_rules
    where metric_id in (select metrics.metric_id from metrics)
    group by {{ lever | join(', ') }}
    having sum(wording_count) > 0

),

bounds as (

    select {{ lever | join(', ') }}, ceil(lower) as bound
    from rules

    union

    select {{ lever | join(', ') }}, ceil(lower) as bound
    from pillars

),

final as (

    select
        statuses.model_id,
        statuses.model_version,
        statuses.entity_id,
        bounds.metric_id,
        bounds.bound as proposed_value,
        bounds.bound - {{ pql_value_now('metrics_now') }} as increase
    from statuses
    inner join model_versions
        on statuses.model_id = model_versions.model_id and statuses.model_version = model_versions.model_version
    inner join levers
        on
            statuses.model_id = levers.model_id
            and statuses.model_version = levers.model_version
            and (
                model_versions.qualification = 'pillars_only'
                or statuses.score + levers.largest_gain >= model_versions.pql_threshold
            )
    inner join bounds on {{ pql_same_key('levers', 'bounds', lever) }}
    left join metrics_now
        on statuses.entity_id = metrics_now.entity_id and bounds.metric_id = metrics_now.metric_id
    where bounds.bound > {{ pql_value_now('metrics_now') }}

)

select * from final
