-- One row per row of pql_event_signals that contradicts another, or claims what is not its to give.
{{ config(materialized='view') }}

with

event_signals as (

    select
        event_signals.*,
        {{ pql_rule_row_key('pql_event_signals', 'event_signals') }} as row_key
    from {{ ref('pql_event_signals') }} as event_signals

),

derived_signals as (

    select signal from {{ ref('int_pql__known_signals') }}
    where is_derived

),

-- two rows of one event, of which the second matches whenever the first does
matched_together as (

    select
        narrow_rows.row_key,
        narrow_rows.signal,
        narrow_rows.credited_to,
        wide_rows.row_key as wide_row_key,
        wide_rows.signal as wide_signal,
        wide_rows.credited_to as wide_credited_to
    from event_signals as narrow_rows
    inner join event_signals as wide_rows
        on
            narrow_rows.event_name = wide_rows.event_name
            and narrow_rows.row_key <> wide_rows.row_key
            and (
                wide_rows.property_name is null
                or (
                    narrow_rows.property_name = wide_rows.property_name
                    and coalesce(wide_rows.property_value, narrow_rows.property_value, '')
                    = coalesce(narrow_rows.property_value, '')
                )
            )

),

contradictions as (

    select row_key, signal, wide_signal as other_signal
    from matched_together
    where (signal = 'idle' and wide_signal <> 'idle') or (signal = 'surface' and wide_signal = 'core_action')

    union

    select wide_row_key as row_key, wide_signal as signal, signal as other_signal
    from matched_together
    where (wide_signal = 'idle' and signal <> 'idle') or (wide_signal = 'surface' and signal = 'core_action')

),

final as (

    select
        'pql_event_signals' as seed,
        row_key,
        'Events that match this row also match ' || wide_row_key || ', so the signal ' || signal || ' counts twice.'
            as problem,
        'Keep the row that matches more events, or give the two conditions that exclude each other.' as remedy
    from matched_together
    where signal = wide_signal and credited_to = wide_credited_to and signal not in ('idle', 'surface')

    union all

    select
        'pql_event_signals' as seed,
        row_key,
        'The event is ' || signal || ', which opens no session, and still counts as ' || other_signal || '.' as problem,
        'Delete one of the two rows, or give the two conditions that exclude each other.' as remedy
    from contradictions

    union all

    select
        'pql_event_signals' as seed,
        row_key,
        'property_value is given without property_name, so every ' || event_name || ' counts.' as problem,
        'Name the property that must have this value.' as remedy
    from event_signals
    where property_name is null and property_value is not null

    union all

    select
        'pql_event_signals' as seed,
        row_key,
        'The project derives the signal ' || signal || ' itself; these events would count on top.' as problem,
        'Choose another name for the signal of these events.' as remedy
    from event_signals
    where
        signal in ('activation', 'session_core_action')
        or signal in (select derived_signals.signal from derived_signals)

    union all

    select
        'pql_event_signals' as seed,
        row_key,
        'credited_to is ' || credited_to || ', but ' || signal || ' is always about who acted.' as problem,
        'Set credited_to to actor.' as remedy
    from event_signals
    where signal in ('idle', 'surface', 'signup', 'invite_sent') and credited_to in ('object_owner', 'account')

)

select * from final
