-- Prevents people of whom nobody knows the signup from passing for idle: where a metric asks for it, they have a row of
-- int_pql__metrics_now without a value, since no row means 0.

with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

entities as (

    select entities.*
    from {{ ref('int_pql__entities') }} as entities
    cross join clock
    where entities.started_at <= clock.as_of and entities.signed_up_at is null

),

metrics as (

    select * from {{ ref('pql_metrics') }}
    where within_hours_of_signup is not null

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
where metrics_now.metric_id is null or metrics_now.value is not null
