-- One row per known series and interval between two of its changes: the running sums of what entered and left.
-- *_before: just before the interval. A ratio has no value while there is nothing to divide by.
{{ config(materialized='view') }}

with

series as (

    select * from {{ ref('int_pql__metric_series') }}

),

changes as (

    select * from {{ ref('int_pql__metric_changes') }}

),

counts as (

    {{ pql_intervals_of_changes(
        'changes', ['series_number', 'is_counted'], ['value', 'denominator'], ends=false, before=true
    ) }}

),

-- is_counted follows from the number: asked of both, what is not counted is left out of both
final as (

    select
        counts.series_number,
        counts.is_counted,
        series.entity_type,
        series.entity_id,
        series.metric_id,
        series.kind,
        case when series.kind <> 'ratio' or counts.denominator <> 0 then counts.value end as value,
        case when series.kind = 'ratio' then counts.denominator end as denominator,
        case when series.kind <> 'ratio' or counts.denominator_before <> 0 then counts.value_before end as value_before,
        case when series.kind = 'ratio' then counts.denominator_before end as denominator_before,
        counts.valid_from = series.started_at as is_first,
        counts.valid_from,
        counts.valid_to
    from counts
    inner join series on counts.series_number = series.series_number and counts.is_counted = series.is_counted

)

select * from final
