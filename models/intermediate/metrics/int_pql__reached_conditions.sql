-- One row per entity, condition that needs no running count, and interval during which it holds.
-- At least k hold from the k-th fact on, until the first of those k leaves: the facts leave in the order in which they came.
{{ config(materialized='view') }}

with

series as (

    select * from {{ ref('int_pql__metric_series') }}
    where is_due and not is_unknown

),

conditions as (

    select * from {{ ref('int_pql__conditions') }}
    where not is_counted

),

facts as (

    select * from {{ ref('int_pql__metric_facts') }}
    where {{ pql_entity_is_touched(['entity_type', 'entity_id']) }}

),

-- a condition begins to hold at its lower bound, and no longer holds from its upper one on
bounds as (

    select condition_id, metric_id, cast(ceil(lower) as bigint) as fact_count, 1 as is_open
    from conditions

    union all

    select condition_id, metric_id, cast(ceil(upper) as bigint) as fact_count, -1 as is_open
    from conditions
    where upper is not null

),

fact_counts as (

    select distinct metric_id, fact_count
    from bounds

),

spans as (

    select
        series.series_number,
        fact_counts.fact_count,
        facts.valid_from,
        lag(coalesce(facts.valid_to, {{ pql_never() }}), cast(fact_counts.fact_count - 1 as integer)) over (
            partition by series.series_number, fact_counts.fact_count
            order by facts.valid_from, coalesce(facts.valid_to, {{ pql_never() }})
        ) as valid_to
    from facts
    inner join series
        on
            facts.entity_type = series.entity_type
            and facts.entity_id = series.entity_id
            and facts.metric_id = series.metric_id
    inner join fact_counts on series.metric_id = fact_counts.metric_id

),

reached_spans as (

    select * from spans
    where valid_to > valid_from

),

reached as (

    {{ pql_merged_intervals('reached_spans', ['series_number', 'fact_count']) }}

),

reached_bounds as (

    select
        series.entity_type,
        series.entity_id,
        bounds.condition_id,
        bounds.is_open,
        reached.valid_from,
        reached.valid_to
    from reached
    inner join series on reached.series_number = series.series_number
    inner join bounds on series.metric_id = bounds.metric_id and reached.fact_count = bounds.fact_count

),

changes as (

    {{ pql_changes_of_intervals('reached_bounds', ['entity_type', 'entity_id', 'condition_id'], ['is_open']) }}

),

final as (

    {{ pql_intervals_of_changes('changes', ['entity_type', 'entity_id', 'condition_id'], []) }}

)

select * from final
