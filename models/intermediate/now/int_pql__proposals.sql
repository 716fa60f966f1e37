-- One row per model, user who is no PQL at as_of, metric and value that would take the metric to the next bound of a rule or pillar.
-- Only behaviour that the user can add to and for which the model has words (next_step) is proposed, and only where it may be
-- enough: most users are too far away for any single metric.
with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

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
    where entity_type = 'user' and status in ('candidate', 'not_qualified')

),

metrics_now as (

    select * from {{ ref('int_pql__metrics_now') }}
    where entity_type = 'user'

),

suggestible as (

    select distinct
        rules.model_id,
        rules.model_version,
        rules.metric_id
    from rules
    inner join metrics on rules.metric_id = metrics.metric_id
    where
        rules.next_step is not null
        and metrics.entity_type = 'user'
        and metrics.kind in ('count', 'sum', 'distinct_objects', 'distinct_users', 'active_days')

),

bounds as (

    select model_id, model_version, metric_id, ceil(lower) as bound
    from rules

    union

    select model_id, model_version, metric_id, ceil(lower) as bound
    from pillars

),

points_of_rules as (

    select distinct model_id, model_version, metric_id, rule_id, points
    from rules

),

-- caps only make a change of points smaller
largest_gains as (

    select model_id, model_version, metric_id, sum(abs(points)) as points
    from points_of_rules
    group by model_id, model_version, metric_id

),

final as (

    select
        status_history.model_id,
        status_history.model_version,
        status_history.entity_id,
        bounds.metric_id,
        bounds.bound as proposed_value,
        bounds.bound - metrics_now.value as increase
    from status_history
    cross join clock
    inner join model_versions
        on
            status_history.model_id = model_versions.model_id
            and status_history.model_version = model_versions.model_version
    inner join suggestible
        on
            status_history.model_id = suggestible.model_id
            and status_history.model_version = suggestible.model_version
    inner join bounds
        on
            suggestible.model_id = bounds.model_id
            and suggestible.model_version = bounds.model_version
            and suggestible.metric_id = bounds.metric_id
    inner join largest_gains
        on
            suggestible.model_id = largest_gains.model_id
            and suggestible.model_version = largest_gains.model_version
            and suggestible.metric_id = largest_gains.metric_id
    inner join metrics_now
        on status_history.entity_id = metrics_now.entity_id and bounds.metric_id = metrics_now.metric_id
    where
        {{ pql_holds_at('status_history', 'clock.as_of') }}
        and bounds.bound > metrics_now.value
        and (
            model_versions.qualification = 'pillars_only'
            or status_history.score + largest_gains.points >= model_versions.pql_threshold
        )

)

select * from final
