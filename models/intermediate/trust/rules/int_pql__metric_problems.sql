-- One row per metric over a signal that stays 0 or unknown, or does not measure what its kind says.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

known_signals as (

    select * from {{ ref('int_pql__known_signals') }}

),

signals_with_quantity as (

    select signal
    from {{ ref('pql_event_signals') }}
    where signal is not null and quantity_property is not null

    union

    select 'session_active_seconds' as signal

),

final as (

    select
        'pql_metrics' as seed,
        metrics.metric_id as row_key,
        'Nothing gives the ' || metrics.entity_type || ' the signal ' || metrics.signal || ', so the metric stays 0.' as problem,
        'Map an event to ' || metrics.signal || ' in pql_event_signals, or name a signal that is there.' as remedy
    from metrics
    left join known_signals
        on metrics.signal = known_signals.signal and metrics.entity_type = known_signals.entity_type
    where
        metrics.signal is not null
        and metrics.kind not in ('attribute', 'ratio')
        and metrics.entity_type in ('user', 'account', 'domain')
        and known_signals.signal is null

    union all

    select
        'pql_metrics' as seed,
        metrics.metric_id as row_key,
        'Facts of ' || metrics.signal || ' involve nobody else, so the metric stays 0.' as problem,
        'Choose the kind count or distinct_objects.' as remedy
    from metrics
    inner join known_signals
        on metrics.signal = known_signals.signal and metrics.entity_type = known_signals.entity_type
    where metrics.kind = 'distinct_users' and not known_signals.has_counterpart

    union all

    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'No event gives ' || signal || ' a quantity, so the sum is nothing but a count.' as problem,
        'Name the property to add up in quantity_property of pql_event_signals, or choose the kind count.' as remedy
    from metrics
    where kind = 'sum' and signal not in (select signals_with_quantity.signal from signals_with_quantity)

    union all

    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'Facts of ' || signal || ' have no end, so kind state would count them for ever.' as problem,
        'Choose the kind count; state is for the signal member.' as remedy
    from metrics
    where kind = 'state' and signal <> 'member'

    union all

    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'The window of ' || cast(window_hours as varchar) || ' hours is no number of whole days.' as problem,
        'Write a multiple of 24 into window_hours.' as remedy
    from metrics
    where kind = 'active_days' and window_hours % 24 <> 0

    union all

    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'within_hours_of_signup is given, but no ' || entity_type || ' has a signup, so the metric stays unknown.' as problem,
        'Leave within_hours_of_signup empty, or measure users.' as remedy
    from metrics
    where within_hours_of_signup is not null and entity_type in ('account', 'domain')

)

select * from final
