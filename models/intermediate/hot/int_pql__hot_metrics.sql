-- One row per metric that a trigger watches; is_in_lane: is it made of nothing but what the acting user does: events, invitations,
-- activations? Only these are counted anew between two builds; what sessions and owners bring is that of the last build.
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

steps as (

    select * from {{ ref('pql_activation_steps') }}

),

default_activation as (

    {{ pql_default_activation() }}

),

signals_of_actors as (

    select signal
    from event_signals
    where signal not in ('idle', 'surface')
    group by signal
    having max(case when credited_to = 'actor' or signal = 'invite_sent' then 0 else 1 end) = 0

),

-- an activation can be counted where each of its steps can
activations_of_actors as (

    select steps.activation_id
    from steps
    left join signals_of_actors on steps.signal = signals_of_actors.signal
    group by steps.activation_id
    having count(*) = count(signals_of_actors.signal)

),

in_lane as (

    select signal, cast(null as varchar) as activation_id
    from signals_of_actors

    union all

    select 'activation_' || activation_id as signal, activation_id
    from activations_of_actors

    union all

    select 'activation' as signal, activation_id
    from activations_of_actors
    where activation_id in (select default_activation.activation_id from default_activation)

),

final as (

    select
        metrics.metric_id,
        metrics.entity_type,
        metrics.kind,
        metrics.signal,
        metrics.window_hours,
        metrics.within_hours_of_signup,
        in_lane.activation_id,
        in_lane.signal is not null as is_in_lane
    from metrics
    left join in_lane on metrics.signal = in_lane.signal
    where metrics.metric_id in (select triggers.metric_id from triggers)

)

select * from final
