-- One row per model version that reads a metric which may know the future: which ones, in its rules with points or pillars.
{{ config(materialized='view') }}
with

rules as (

    select * from {{ ref('pql_rules') }}

),

pillars as (

    select * from {{ ref('pql_pillars') }}

),

suspect_metrics as (

    select * from {{ ref('int_pql__suspect_metrics') }}

),

read_metrics as (

    select model_id, model_version, metric_id
    from rules
    where points <> 0

    union

    select model_id, model_version, metric_id
    from pillars

),

final as (

    select
        read_metrics.model_id,
        read_metrics.model_version,
        {{ pql_list_text('read_metrics.metric_id', pql_byte_order('read_metrics.metric_id')) }} as metrics
    from read_metrics
    inner join suspect_metrics on read_metrics.metric_id = suspect_metrics.metric_id
    group by read_metrics.model_id, read_metrics.model_version

)

select * from final
