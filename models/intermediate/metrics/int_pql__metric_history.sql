-- One row per entity, metric and interval of one value, gap-free from the entity's start. Ratios keep numerator and denominator.
-- A view: a build asks when conditions hold, which is far less work than every value at every instant.
{{ config(materialized='view') }}
{%- set keys = ['entity_type', 'entity_id', 'metric_id'] %}

with

counts as (

    select * from {{ ref('int_pql__metric_counts') }}

),

attribute_metrics as (

    select * from {{ ref('int_pql__attribute_metrics') }}

),

attributes as (

    {{ pql_merged_intervals('attribute_metrics', keys + ['value']) }}

),

unknown_series as (

    select * from {{ ref('int_pql__metric_series') }}
    where is_unknown

),

-- while nothing can be divided by, a numerator that changes changes nothing
ratio_counts as (

    select * from counts
    where kind = 'ratio'

),

ratios as (

    {{ pql_merged_intervals('ratio_counts', keys + ['value', 'denominator']) }}

),

final as (

    select {{ keys | join(', ') }}, value, denominator, valid_from, valid_to
    from counts
    where kind <> 'ratio'

    union all

    select {{ keys | join(', ') }}, value, denominator, valid_from, valid_to
    from ratios

    union all

    select {{ keys | join(', ') }}, value, cast(null as bigint) as denominator, valid_from, valid_to
    from attributes

    union all

    select {{ keys | join(', ') }}, null, null, started_at, null
    from unknown_series

)

select * from final
