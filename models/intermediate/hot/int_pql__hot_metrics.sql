-- One row per metric that a trigger watches; is_in_lane: is it made of nothing but events of the acting user and invitations?
-- Only these are counted anew between two builds; what sessions, activations and owners bring is that of the last build.
{{ config(materialized='view') }}

with

triggers as (

    select * from {{ ref('pql_hot_triggers') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

event_signals as (

    select * from {{ ref('pql_event_signals') }}

),

signals_of_actors as (

    select signal
    from event_signals
    where signal not in ('idle', 'surface')
    group by signal
    having max(case when credited_to = 'actor' or signal = 'invite_sent' then 0 else 1 end) = 0

),

final as (

    select
        metrics.metric_id,
        metrics.entity_type,
        metrics.kind,
        metrics.signal,
        metrics.window_hours,
        metrics.within_hours_of_signup,
        signals_of_actors.signal is not null and metrics.within_hours_of_signup is null as is_in_lane
    from metrics
    left join signals_of_actors on metrics.signal = signals_of_actors.signal
    where metrics.metric_id in (select triggers.metric_id from triggers)

)

select * from final
