-- Prevents users who can never qualify because a number is missing where it is 0: every entity has every metric of its
-- type, from the entity's start on.

with

entities as (

    select * from {{ ref('int_pql__entities') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

histories as (

    select entity_type, entity_id, metric_id, min(valid_from) as begins_at
    from {{ ref('int_pql__metric_history') }}
    group by entity_type, entity_id, metric_id

)

select
    entities.entity_type,
    entities.entity_id,
    metrics.metric_id,
    entities.started_at,
    histories.begins_at
from entities
inner join metrics on entities.entity_type = metrics.entity_type
left join histories
    on
        entities.entity_type = histories.entity_type
        and entities.entity_id = histories.entity_id
        and metrics.metric_id = histories.metric_id
where histories.begins_at is null or histories.begins_at <> entities.started_at
