-- One row per entity, metric of kind attribute and interval of one attribute, gap-free from the entity's start; null is unknown.
-- Equal neighbours are merged by who asks: most need few of these entities.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}
    where kind = 'attribute'

),

entities as (

    select * from {{ ref('int_pql__entities') }}

),

attributes as (

    select * from {{ ref('int_pql__attributes') }}

),

known as (

    select
        entities.entity_type,
        entities.entity_id,
        metrics.metric_id,
        attributes.value,
        greatest(attributes.valid_from, entities.started_at) as valid_from,
        attributes.valid_to
    from entities
    inner join metrics on entities.entity_type = metrics.entity_type
    inner join attributes
        on
            entities.entity_type = attributes.entity_type
            and entities.entity_id = attributes.entity_id
            and metrics.attribute = attributes.attribute
    where attributes.valid_to is null or attributes.valid_to > entities.started_at

),

-- before the first row that speaks of the entity, and where none does
not_yet_known as (

    select
        entities.entity_type,
        entities.entity_id,
        metrics.metric_id,
        cast(null as bigint) as value,
        entities.started_at as valid_from,
        min(known.valid_from) as valid_to
    from entities
    inner join metrics on entities.entity_type = metrics.entity_type
    left join known
        on
            entities.entity_type = known.entity_type
            and entities.entity_id = known.entity_id
            and metrics.metric_id = known.metric_id
    group by entities.entity_type, entities.entity_id, metrics.metric_id, entities.started_at

),

final as (

    select * from known

    union all

    select * from not_yet_known
    where valid_to is null or valid_to > valid_from

)

select * from final
