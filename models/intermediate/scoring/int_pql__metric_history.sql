-- One row per entity, metric and interval of one value, gap-free from the entity's start. Ratios keep numerator and denominator.
with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

entities as (

    select * from {{ ref('int_pql__entities') }}

),

facts as (

    select * from {{ ref('int_pql__metric_facts') }}

),

attributes as (

    select * from {{ ref('int_pql__attributes') }}

),

counted_facts as (

    select * from facts
    where kind in ('count', 'sum', 'state')

),

-- a second fact about the same object, person or day prolongs the first
keyed_facts as (

    select * from facts
    where kind in ('distinct_objects', 'distinct_users', 'active_days')

),

keyed_runs as (

    {{ pql_merged_intervals('keyed_facts', ['entity_type', 'entity_id', 'metric_id', 'fact_key']) }}

),

counted as (

    select entity_type, entity_id, metric_id, quantity, valid_from, valid_to
    from counted_facts

    union all

    select entity_type, entity_id, metric_id, 1 as quantity, valid_from, valid_to
    from keyed_runs

),

fact_changes as (

    {{ pql_changes_of_intervals('counted', ['entity_type', 'entity_id', 'metric_id'], ['quantity']) }}

),

-- a metric that asks for the signup is unknown where there is none
countable as (

    select
        entities.entity_type,
        entities.entity_id,
        metrics.metric_id,
        metrics.kind,
        entities.started_at,
        metrics.within_hours_of_signup is not null and entities.signed_up_at is null as is_unknown
    from metrics
    inner join entities on metrics.entity_type = entities.entity_type
    where metrics.kind <> 'attribute'

),

changes as (

    select entity_type, entity_id, metric_id, started_at as changed_at, 1 as is_open, 0 as value, 0 as denominator
    from countable
    where not is_unknown

    union all

    select entity_type, entity_id, metric_id, changed_at, 0 as is_open, quantity as value, 0 as denominator
    from fact_changes

    union all

    select
        fact_changes.entity_type,
        fact_changes.entity_id,
        metrics.metric_id,
        fact_changes.changed_at,
        0 as is_open,
        case when fact_changes.metric_id = metrics.numerator_metric_id then fact_changes.quantity else 0 end as value,
        case when fact_changes.metric_id = metrics.denominator_metric_id then fact_changes.quantity else 0 end as denominator
    from fact_changes
    inner join metrics
        on fact_changes.metric_id in (metrics.numerator_metric_id, metrics.denominator_metric_id)

),

counted_history as (

    {{ pql_intervals_of_changes('changes', ['entity_type', 'entity_id', 'metric_id'], ['value', 'denominator']) }}

),

attribute_values as (

    select
        entities.entity_type,
        entities.entity_id,
        metrics.metric_id,
        attributes.value,
        greatest(attributes.valid_from, entities.started_at) as valid_from,
        attributes.valid_to
    from entities
    inner join metrics on entities.entity_type = metrics.entity_type and metrics.kind = 'attribute'
    inner join attributes
        on
            entities.entity_type = attributes.entity_type
            and entities.entity_id = attributes.entity_id
            and metrics.attribute = attributes.attribute
    where attributes.valid_to is null or attributes.valid_to > entities.started_at

),

-- before the first row that speaks of the entity, and where none does
attribute_silence as (

    select
        entities.entity_type,
        entities.entity_id,
        metrics.metric_id,
        cast(null as bigint) as value,
        entities.started_at as valid_from,
        min(attribute_values.valid_from) as valid_to
    from entities
    inner join metrics on entities.entity_type = metrics.entity_type and metrics.kind = 'attribute'
    left join attribute_values
        on
            entities.entity_type = attribute_values.entity_type
            and entities.entity_id = attribute_values.entity_id
            and metrics.metric_id = attribute_values.metric_id
    group by entities.entity_type, entities.entity_id, metrics.metric_id, entities.started_at

),

attribute_segments as (

    select * from attribute_values

    union all

    select * from attribute_silence
    where valid_to is null or valid_to > valid_from

),

attribute_history as (

    {{ pql_merged_intervals('attribute_segments', ['entity_type', 'entity_id', 'metric_id', 'value']) }}

),

final as (

    select
        counted_history.entity_type,
        counted_history.entity_id,
        counted_history.metric_id,
        case when metrics.kind = 'ratio' and counted_history.denominator = 0 then null else counted_history.value end as value,
        case when metrics.kind = 'ratio' then counted_history.denominator end as denominator,
        counted_history.valid_from,
        counted_history.valid_to
    from counted_history
    inner join metrics on counted_history.metric_id = metrics.metric_id

    union all

    select entity_type, entity_id, metric_id, value, cast(null as bigint) as denominator, valid_from, valid_to
    from attribute_history

    union all

    select entity_type, entity_id, metric_id, cast(null as bigint) as value, cast(null as bigint) as denominator,
        started_at as valid_from, cast(null as timestamp) as valid_to
    from countable
    where is_unknown

)

select * from final
