-- One row per entity and metric that a fact adds to at as_of, or an attribute that is known: most metrics are 0, and need none.
-- A count that is unknown has a row, without a value; a ratio that is unknown has none.
{{ pql_rebuilt_now(['entity_type', 'entity_id']) }}

with

moment as (

    select * from {{ ref('int_pql__moment') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

facts as (

    select * from {{ ref('int_pql__metric_facts') }}
    where {{ pql_has_moved(['entity_type', 'entity_id']) }}

),

-- one object, person or day counts once
facts_now as (

    select
        facts.entity_type,
        facts.entity_id,
        facts.metric_id,
        facts.kind,
        sum(facts.quantity) as quantity,
        max(facts.occurred_at) as last_fact_at
    from facts
    cross join moment
    where {{ pql_holds_at('facts', 'moment.as_of') }}
    group by facts.entity_type, facts.entity_id, facts.metric_id, facts.kind, facts.fact_key

),

counts as (

    select
        entity_type,
        entity_id,
        metric_id,
        cast(
            case when kind in ('distinct_objects', 'distinct_users', 'active_days') then count(*) else sum(quantity) end as bigint
        ) as value,
        max(last_fact_at) as last_fact_at
    from facts_now
    group by entity_type, entity_id, metric_id, kind

),

series as (

    select * from {{ ref('int_pql__metric_series') }}
    where is_unknown and {{ pql_has_moved(['entity_type', 'entity_id']) }}

),

unknown_series as (

    select series.entity_type, series.entity_id, series.metric_id, series.kind
    from series
    cross join moment
    where series.started_at <= moment.as_of

),

ratios as (

    select
        denominators.entity_type,
        denominators.entity_id,
        metrics.metric_id,
        coalesce(numerators.value, 0) as value,
        denominators.value as denominator
    from metrics
    inner join counts as denominators on metrics.denominator_metric_id = denominators.metric_id
    left join counts as numerators
        on
            metrics.numerator_metric_id = numerators.metric_id
            and denominators.entity_type = numerators.entity_type
            and denominators.entity_id = numerators.entity_id
    left join unknown_series
        on
            metrics.metric_id = unknown_series.metric_id
            and denominators.entity_type = unknown_series.entity_type
            and denominators.entity_id = unknown_series.entity_id
    where denominators.value <> 0 and unknown_series.metric_id is null

),

attribute_metrics as (

    select * from {{ ref('int_pql__attribute_metrics') }}
    where value is not null and {{ pql_has_moved(['entity_type', 'entity_id']) }}

),

attributes as (

    select attribute_metrics.*
    from attribute_metrics
    cross join moment
    where {{ pql_holds_at('attribute_metrics', 'moment.as_of') }}

),

final as (

    select entity_type, entity_id, metric_id, value, cast(null as bigint) as denominator, last_fact_at
    from counts

    union all

    select entity_type, entity_id, metric_id, cast(null as bigint), cast(null as bigint), cast(null as timestamp)
    from unknown_series
    where kind <> 'ratio'

    union all

    select entity_type, entity_id, metric_id, value, denominator, cast(null as timestamp)
    from ratios

    union all

    select entity_type, entity_id, metric_id, value, cast(null as bigint), cast(null as timestamp)
    from attributes

)

select * from final
