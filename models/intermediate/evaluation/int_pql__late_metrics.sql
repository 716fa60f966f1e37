-- One row per metric that counts facts of users: how many converters had such a fact before they converted, and of how
-- many the warehouse learned of it only afterwards. Facts written back in time after the sale look like perfect predictors.
{{ config(materialized='view') }}
with

conversions as (

    select * from {{ ref('int_pql__conversions') }}
    where converted_at is not null

),

signals as (

    select * from {{ ref('int_pql__signals') }}
    where entity_type = 'user'

),

events as (

    select * from {{ ref('stg_pql__events') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}
    where entity_type = 'user' and signal is not null

),

first_known as (

    select
        signals.signal,
        conversions.user_id,
        conversions.converted_at,
        min(coalesce(events.loaded_at, signals.occurred_at)) as known_at
    from conversions
    inner join signals
        on conversions.user_id = signals.entity_id and conversions.converted_at > signals.occurred_at
    inner join events on signals.event_id = events.event_id
    group by signals.signal, conversions.user_id, conversions.converted_at

),

final as (

    select
        metrics.metric_id,
        count(*) as converters,
        count(case when first_known.known_at >= first_known.converted_at then 1 end) as late_converters
    from first_known
    inner join metrics on first_known.signal = metrics.signal
    group by metrics.metric_id

)

select * from final
