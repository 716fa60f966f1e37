-- One row per signal and entity type that can have facts of it: mapped from events, or derived by the project.
-- is_step_signal: activation steps can count it; has_counterpart: its facts involve a second person.
{{ config(materialized='view') }}

with

event_signals as (

    select * from {{ ref('pql_event_signals') }}
    where signal not in ('idle', 'surface')

),

steps as (

    select * from {{ ref('pql_activation_steps') }}

),

default_model as (

    select activation_id
    from {{ ref('pql_models') }}
    where model_id = '{{ var("pql_default_model") }}'
    order by model_version desc
    limit 1

),

-- what a user does also counts for the account and the domain
user_signals as (

    select
        signal,
        signal <> 'invite_sent' as has_counterpart,
        true as is_step_signal,
        false as is_derived
    from event_signals
    where credited_to in ('actor', 'object_owner')

    union

    select 'session' as signal, false as has_counterpart, false as is_step_signal, true as is_derived

    union

    select 'session_active_seconds' as signal, false as has_counterpart, false as is_step_signal, true as is_derived

    union

    select 'session_core_action' as signal, true as has_counterpart, false as is_step_signal, true as is_derived
    from event_signals
    where signal = 'core_action' and credited_to = 'actor'

    union

    select 'activation_' || activation_id as signal, false as has_counterpart, false as is_step_signal, true as is_derived
    from steps

    union

    select 'activation' as signal, false as has_counterpart, false as is_step_signal, true as is_derived
    from default_model
    where activation_id in (select steps.activation_id from steps)

),

final as (

    select
        entity_types.entity_type,
        user_signals.signal,
        user_signals.is_derived,
        user_signals.is_step_signal,
        -- for an account or a domain the second person is the user whose fact it is
        user_signals.has_counterpart or entity_types.entity_type <> 'user' as has_counterpart
    from user_signals
    cross join (values ('user'), ('account'), ('domain')) as entity_types (entity_type)

    union

    select
        'account' as entity_type,
        signal,
        false as is_derived,
        false as is_step_signal,
        true as has_counterpart
    from event_signals
    where credited_to = 'account'

    union

    select
        'account' as entity_type,
        'member' as signal,
        true as is_derived,
        false as is_step_signal,
        true as has_counterpart

)

select * from final
