-- Prevents users who can never qualify because a number is missing where it is 0: every entity that has begun has every
-- metric of its type.

with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

entities as (

    select entities.*
    from {{ ref('int_pql__entities') }} as entities
    cross join clock
    where entities.started_at <= clock.as_of

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

metrics_now as (

    select * from {{ ref('int_pql__metrics_now') }}

)

select
    entities.entity_type,
    entities.entity_id,
    metrics.metric_id
from entities
inner join metrics on entities.entity_type = metrics.entity_type
left join metrics_now
    on
        entities.entity_type = metrics_now.entity_type
        and entities.entity_id = metrics_now.entity_id
        and metrics.metric_id = metrics_now.metric_id
where metrics_now.metric_id is null
