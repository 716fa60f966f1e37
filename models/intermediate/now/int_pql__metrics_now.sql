-- One row per entity and metric: its value at as_of, from the facts that count then.
with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

series as (

    select series.*
    from {{ ref('int_pql__metric_series') }} as series
    cross join clock
    where series.started_at <= clock.as_of

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

counted as (

    select
        facts.entity_type,
        facts.entity_id,
        facts.metric_id,
        case
            when facts.kind in ('distinct_objects', 'distinct_users', 'active_days') then count(distinct facts.fact_key)
            else sum(facts.quantity)
        end as value,
        max(facts.occurred_at) as last_fact_at
    from {{ ref('int_pql__metric_facts') }} as facts
    cross join clock
    where {{ pql_holds_at('facts', 'clock.as_of') }}
    group by facts.entity_type, facts.entity_id, facts.metric_id, facts.kind

),

counts as (

    select
        series.entity_type,
        series.entity_id,
        series.metric_id,
        case when not series.is_unknown then coalesce(cast(counted.value as bigint), 0) end as value,
        counted.last_fact_at
    from series
    left join counted
        on
            series.entity_type = counted.entity_type
            and series.entity_id = counted.entity_id
            and series.metric_id = counted.metric_id
    where series.kind <> 'ratio'

),

ratios as (

    select
        numerators.entity_type,
        numerators.entity_id,
        metrics.metric_id,
        case when denominators.value <> 0 then numerators.value end as value,
        case when numerators.value is not null then denominators.value end as denominator
    from metrics
    inner join counts as numerators on metrics.numerator_metric_id = numerators.metric_id
    inner join counts as denominators
        on
            metrics.denominator_metric_id = denominators.metric_id
            and numerators.entity_type = denominators.entity_type
            and numerators.entity_id = denominators.entity_id

),

attributes as (

    select attribute_metrics.*
    from {{ ref('int_pql__attribute_metrics') }} as attribute_metrics
    cross join clock
    where {{ pql_holds_at('attribute_metrics', 'clock.as_of') }}

),

final as (

    select entity_type, entity_id, metric_id, value, cast(null as bigint) as denominator, last_fact_at
    from counts

    union all

    select entity_type, entity_id, metric_id, value, denominator, cast(null as timestamp) as last_fact_at
    from ratios

    union all

    select entity_type, entity_id, metric_id, value, cast(null as bigint), cast(null as timestamp)
    from attributes

)

select * from final
