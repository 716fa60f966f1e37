-- One row per entity, condition and interval of one state, of what no facts say: attributes, and metrics that are unknown for
-- want of a signup.
{{ config(materialized='view') }}

with

conditions as (

    select * from {{ ref('int_pql__conditions') }}

),

attribute_metrics as (

    select * from {{ ref('int_pql__attribute_metrics') }}
    where {{ pql_entity_is_touched(['entity_type', 'entity_id']) }}

),

unknown_series as (

    select * from {{ ref('int_pql__metric_series') }}
    where is_unknown and is_due

),

stated as (

    select
        attribute_metrics.entity_type,
        attribute_metrics.entity_id,
        conditions.condition_id,
        {{ pql_condition_state('attribute_metrics.value', 'null', 'conditions') }} as state,
        attribute_metrics.valid_from,
        attribute_metrics.valid_to
    from attribute_metrics
    inner join conditions on attribute_metrics.metric_id = conditions.metric_id

    union all

    select
        unknown_series.entity_type,
        unknown_series.entity_id,
        conditions.condition_id,
        case when conditions.is_unknown then 'held' else 'unknown' end as state,
        unknown_series.started_at as valid_from,
        cast(null as timestamp) as valid_to
    from unknown_series
    inner join conditions on unknown_series.metric_id = conditions.metric_id

),

final as (

    {{ pql_merged_intervals('stated', ['entity_type', 'entity_id', 'condition_id', 'state']) }}

)

select * from final
