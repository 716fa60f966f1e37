-- One row per rule row that names a model, a version or a metric that is not there, or a metric its model cannot read.
{{ config(materialized='view') }}

with

conditions as (

    select * from {{ ref('int_pql__rule_conditions') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

models as (

    select * from {{ ref('pql_models') }}

),

exclusions as (

    select * from {{ ref('pql_exclusions') }}

),

-- one row for each name of a model: versions repeat it
versions_named as (

    select seed, row_key, model_id, model_version
    from conditions

    union all

    select 'pql_exclusions' as seed, {{ pql_rule_row_key('pql_exclusions', 'exclusions') }} as row_key, model_id, null
    from exclusions

),

unknown_versions as (

    select
        seed,
        row_key,
        'There is no ' || coalesce('version ' || cast(model_version as varchar) || ' of the ', '') || 'model '
        || model_id || ', so this row is never used.' as problem,
        'Add it to pql_models, or name a model and version that pql_models has.' as remedy
    from versions_named
    where
        model_id is not null
        and not exists (
            select 1
            from models
            where
                models.model_id = versions_named.model_id
                and models.model_version = coalesce(versions_named.model_version, models.model_version)
        )

),

unknown_metrics as (

    select
        conditions.seed,
        conditions.row_key,
        'There is no metric ' || conditions.metric_id || ', so this row is never used.' as problem,
        'Add ' || conditions.metric_id || ' to pql_metrics, or name one of its metrics.' as remedy
    from conditions
    left join metrics on conditions.metric_id = metrics.metric_id
    where conditions.metric_id is not null and metrics.metric_id is null

),

-- only users inherit what is measured of the account and the domain they are in
unreadable_metrics as (

    select distinct
        conditions.seed,
        conditions.row_key,
        conditions.metric_id || ' is measured of each ' || metrics.entity_type || ', but ' || models.model_id
        || ' scores each ' || models.entity_type || '.' as problem,
        'Name a metric of entity_type ' || models.entity_type || '.' as remedy
    from conditions
    inner join metrics on conditions.metric_id = metrics.metric_id
    inner join models
        on
            conditions.model_id = models.model_id
            and conditions.model_version = models.model_version
    where models.entity_type <> 'user' and metrics.entity_type <> models.entity_type

),

final as (

    select * from unknown_versions

    union all

    select * from unknown_metrics

    union all

    select * from unreadable_metrics

)

select * from final
