-- One row per distinct condition that any rule, pillar or trigger puts on a metric.
-- is_inherited: rules or pillars of users ask it of the account or domain the user is in.
-- is_counted: facts alone do not say when it holds; the metric's value has to be followed from change to change.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

asked as (

    select model_id, metric_id, lower, upper, false as is_unknown, true as is_inheritable
    from {{ ref('pql_rules') }}

    union all

    select model_id, metric_id, lower, upper, coalesce(is_unknown, false) as is_unknown, true as is_inheritable
    from {{ ref('pql_pillars') }}

    union all

    select
        model_id, metric_id, lower, cast(null as decimal(18, 4)) as upper, false as is_unknown, false as is_inheritable
    from {{ ref('pql_hot_triggers') }}

),

models_of_users as (

    select distinct model_id
    from {{ ref('pql_models') }}
    where entity_type = 'user'

),

final as (

    select
        {{ pql_condition_id('asked.metric_id', 'asked.lower', 'asked.upper', 'asked.is_unknown') }} as condition_id,
        asked.metric_id,
        metrics.entity_type,
        asked.lower,
        asked.upper,
        asked.is_unknown,
        max(case
            when metrics.entity_type <> 'user' and asked.is_inheritable and models_of_users.model_id is not null then 1
            else 0
        end) = 1 as is_inherited,
        {{ pql_is_counted('metrics', 'asked') }} as is_counted
    from asked
    inner join metrics on asked.metric_id = metrics.metric_id
    left join models_of_users on asked.model_id = models_of_users.model_id
    group by asked.metric_id, metrics.entity_type, metrics.kind, asked.lower, asked.upper, asked.is_unknown

)

select * from final
