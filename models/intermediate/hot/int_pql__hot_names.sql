-- One row per event name of which the lane counts something: for a trigger, or for a step of an activation that one watches.
{{ config(materialized='view') }}

with

hot_metrics as (

    select * from {{ ref('int_pql__hot_metrics') }}
    where is_in_lane

),

steps as (

    select * from {{ ref('pql_activation_steps') }}

),

event_signals as (

    select * from {{ ref('pql_event_signals') }}

),

hot_signals as (

    select signal
    from hot_metrics

    union

    select steps.signal
    from steps
    inner join hot_metrics on steps.activation_id = hot_metrics.activation_id

),

final as (

    select distinct event_signals.event_name
    from event_signals
    inner join hot_signals on event_signals.signal = hot_signals.signal

)

select * from final
