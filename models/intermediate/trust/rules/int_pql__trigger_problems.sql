-- One row per hot trigger that can never hit, or that makes hot what its model does not score.
{{ config(materialized='view') }}

with

triggers as (

    select
        triggers.*,
        {{ pql_rule_row_key('pql_hot_triggers', 'triggers') }} as row_key
    from {{ ref('pql_hot_triggers') }} as triggers

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

models as (

    select distinct model_id, entity_type
    from {{ ref('pql_models') }}

),

final as (

    select
        'pql_hot_triggers' as seed,
        triggers.row_key,
        'The trigger watches each ' || triggers.entity_type || ', but ' || triggers.metric_id || ' is measured of each '
        || metrics.entity_type || ', so it never hits.' as problem,
        'Set entity_type to ' || metrics.entity_type || ', or name a metric of each ' || triggers.entity_type || '.' as remedy
    from triggers
    inner join metrics on triggers.metric_id = metrics.metric_id
    where triggers.entity_type <> metrics.entity_type

    union all

    select
        'pql_hot_triggers' as seed,
        triggers.row_key,
        triggers.metric_id || ' is of kind ' || metrics.kind || ', so no event can be its hit.' as problem,
        'Name a metric of kind count, sum, distinct_objects, distinct_users or active_days.' as remedy
    from triggers
    inner join metrics on triggers.metric_id = metrics.metric_id
    where metrics.kind in ('attribute', 'ratio', 'state')

    union all

    select
        'pql_hot_triggers' as seed,
        triggers.row_key,
        'The trigger makes each ' || triggers.entity_type || ' hot, but ' || triggers.model_id || ' scores each '
        || models.entity_type || '.' as problem,
        'Set entity_type to ' || models.entity_type || ' and name a metric of it.' as remedy
    from triggers
    inner join models on triggers.model_id = models.model_id
    where models.entity_type <> 'user' and triggers.entity_type <> models.entity_type

)

select * from final
