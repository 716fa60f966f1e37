-- One row per entity, metric and interval of one value, gap-free from the entity's start.
-- Ratios keep numerator and denominator, so that they are compared in whole numbers; *_before: the value just before.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
{%- set keys = ['entity_type', 'entity_id', 'metric_id'] %}

with

series as (

    select * from {{ ref('int_pql__metric_series') }}

),

changes as (

    select * from {{ ref('int_pql__metric_changes') }}

),

attribute_metrics as (

    select * from {{ ref('int_pql__attribute_metrics') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

counts as (

    {{ pql_intervals_of_changes('changes', ['series_number'], ['value', 'denominator'], ends=false, before=true) }}

),

-- while nothing can be divided by, a numerator that changes changes nothing
ratio_values as (

    select
        counts.series_number,
        case when counts.denominator <> 0 then counts.value end as value,
        counts.denominator,
        counts.valid_from,
        counts.valid_to
    from counts
    inner join series on counts.series_number = series.series_number
    where series.kind = 'ratio'

),

ratios as (

    {{ pql_merged_intervals('ratio_values', ['series_number', 'value', 'denominator']) }}

),

final as (

    select
        series.entity_type,
        series.entity_id,
        series.metric_id,
        counts.value,
        cast(null as bigint) as denominator,
        counts.valid_from,
        counts.valid_to,
        counts.value_before,
        cast(null as bigint) as denominator_before,
        counts.valid_from = series.started_at as is_first
    from counts
    inner join series on counts.series_number = series.series_number
    where series.kind <> 'ratio'

    union all

    select
        series.entity_type,
        series.entity_id,
        series.metric_id,
        ratios.value,
        ratios.denominator,
        ratios.valid_from,
        ratios.valid_to,
        lag(ratios.value) over in_ratio_order as value_before,
        lag(ratios.denominator) over in_ratio_order as denominator_before,
        ratios.valid_from = series.started_at as is_first
    from ratios
    inner join series on ratios.series_number = series.series_number
    window in_ratio_order as (partition by ratios.series_number order by ratios.valid_from)

    union all

    select
        {{ keys | join(', ') }},
        value,
        cast(null as bigint) as denominator,
        valid_from,
        valid_to,
        lag(value) over in_attribute_order as value_before,
        cast(null as bigint) as denominator_before,
        lag(valid_from) over in_attribute_order is null as is_first
    from attribute_metrics
    window in_attribute_order as (partition by {{ keys | join(', ') }} order by valid_from)

    union all

    select {{ keys | join(', ') }}, null, null, started_at, null, null, null, true
    from series
    where is_unknown

)

select * from final
