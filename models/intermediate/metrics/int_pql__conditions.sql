-- One row per distinct condition that any rule, pillar or trigger puts on a metric.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

asked as (

    select metric_id, lower, upper, false as is_unknown
    from {{ ref('pql_rules') }}

    union

    select metric_id, lower, upper, coalesce(is_unknown, false) as is_unknown
    from {{ ref('pql_pillars') }}

    union

    select metric_id, lower, cast(null as decimal(18, 4)) as upper, false as is_unknown
    from {{ ref('pql_hot_triggers') }}

),

final as (

    select
        {{ pql_condition_id('asked.metric_id', 'asked.lower', 'asked.upper', 'asked.is_unknown') }} as condition_id,
        asked.metric_id,
        metrics.entity_type,
        asked.lower,
        asked.upper,
        asked.is_unknown
    from asked
    inner join metrics on asked.metric_id = metrics.metric_id

)

select * from final
