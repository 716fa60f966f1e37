-- Prevents points and pillars of nobody: what is asked of an entity is held or unknown from its start on at the earliest,
-- on which the intervals of pillars rely.

with

condition_history as (

    select * from {{ ref('int_pql__condition_history') }}

),

entities as (

    select * from {{ ref('int_pql__entities') }}

)

select
    condition_history.entity_type,
    condition_history.entity_id,
    condition_history.condition_id,
    condition_history.valid_from,
    entities.started_at
from condition_history
left join entities
    on condition_history.entity_type = entities.entity_type and condition_history.entity_id = entities.entity_id
where entities.entity_id is null or condition_history.valid_from < entities.started_at
