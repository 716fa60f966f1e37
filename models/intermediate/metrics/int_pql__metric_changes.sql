-- One row per series and instant at which it begins, or a fact enters or leaves it.
-- The facts of a ratio's parts enter the ratio too: as value from its numerator, as denominator from the other.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

series as (

    select * from {{ ref('int_pql__metric_series') }}
    where not is_unknown

),

facts as (

    select * from {{ ref('int_pql__metric_facts') }}

),

-- what a fact of a metric enters: the metric itself, and the ratios it is a part of
entered as (

    select metric_id as fact_metric_id, kind, metric_id, 1 as as_value, 0 as as_denominator
    from metrics

    union all

    select parts.metric_id, parts.kind, metrics.metric_id, 1, 0
    from metrics
    inner join metrics as parts on metrics.numerator_metric_id = parts.metric_id

    union all

    select parts.metric_id, parts.kind, metrics.metric_id, 0, 1
    from metrics
    inner join metrics as parts on metrics.denominator_metric_id = parts.metric_id

),

entering as (

    select
        series.series_number,
        series.is_counted,
        entered.kind,
        facts.fact_key,
        facts.quantity * entered.as_value as value,
        facts.quantity * entered.as_denominator as denominator,
        facts.valid_from,
        facts.valid_to
    from facts
    inner join entered on facts.metric_id = entered.fact_metric_id
    inner join series
        on
            facts.entity_type = series.entity_type
            and facts.entity_id = series.entity_id
            and entered.metric_id = series.metric_id

),

-- a second fact about the same object, person or day prolongs the first
keyed as (

    select * from entering
    where kind in ('distinct_objects', 'distinct_users', 'active_days')

),

keyed_runs as (

    {{ pql_merged_intervals('keyed', ['series_number', 'is_counted', 'fact_key', 'value', 'denominator']) }}

),

counted as (

    select series_number, is_counted, value, denominator, valid_from, valid_to
    from entering
    where kind in ('count', 'sum', 'state')

    union all

    select series_number, is_counted, value, denominator, valid_from, valid_to
    from keyed_runs

),

fact_changes as (

    {{ pql_changes_of_intervals('counted', ['series_number', 'is_counted'], ['value', 'denominator']) }}

),

-- series are read a second time: as one expression all of them would be made before those of no interest are left out
final as (

    select series_number, is_counted, started_at as changed_at, 1 as is_open, 0 as value, 0 as denominator
    from {{ ref('int_pql__metric_series') }}
    where not is_unknown

    union all

    select series_number, is_counted, changed_at, 0 as is_open, value, denominator
    from fact_changes

)

select * from final
