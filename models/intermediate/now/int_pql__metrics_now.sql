-- One row per entity and metric: its value at as_of.
with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

metric_history as (

    select * from {{ ref('int_pql__metric_history') }}

),

final as (

    select
        metric_history.entity_type,
        metric_history.entity_id,
        metric_history.metric_id,
        metric_history.value,
        metric_history.denominator
    from metric_history
    cross join clock
    where {{ pql_holds_at('metric_history', 'clock.as_of') }}

)

select * from final
