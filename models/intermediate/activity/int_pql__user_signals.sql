-- One row per fact that counts for the user (or account) it is credited to, with the account it also counts for.
{{ config(materialized='view') }}

with

event_signals as (

    select * from {{ ref('int_pql__event_signals') }}

),

credited_signals as (

    select * from {{ ref('int_pql__credited_signals') }}

),

invites as (

    select * from {{ ref('int_pql__invites') }}
    where is_counted

),

session_core_actions as (

    select * from {{ ref('int_pql__session_core_actions') }}

),

default_activation as (

    {{ pql_default_activation() }}

),

-- what is read twice is no expression: it would be read whole then, whomever a reader asks for
final as (

    select
        'user' as entity_type,
        user_id as entity_id,
        signal,
        occurred_at,
        cast(null as timestamp) as leaves_at,
        object_id,
        quantity,
        event_id,
        other_user_id,
        cast(null as timestamp) as counted_from,
        account_id
    from event_signals

    union all

    select entity_type, entity_id, signal, occurred_at, null, object_id, quantity, event_id, other_user_id, null, account_id
    from credited_signals

    union all

    select 'user', user_id, 'invite_sent', occurred_at, null, addressee, 1, event_id, null, null, account_id
    from invites

    union all

    select 'user', user_id, 'session', started_at, null, session_id, 1, session_id, null, null, account_id
    from {{ ref('int_pql__sessions') }}

    union all

    select 'user', user_id, 'session_active_seconds', ended_at, null, session_id, active_seconds, session_id, null,
        started_at, account_id
    from {{ ref('int_pql__sessions') }}
    where active_seconds > 0

    union all

    select 'user', user_id, 'session_core_action', occurred_at, null, object_id, 1, event_id, other_user_id,
        session_started_at, account_id
    from session_core_actions

    union all

    select 'user', user_id, 'activation_' || activation_id, activated_at, null, activation_id, 1, activation_id, null, null,
        account_id
    from {{ ref('int_pql__activations') }}

    union all

    select 'user', user_id, 'activation', activated_at, null, activation_id, 1, activation_id, null, null, account_id
    from {{ ref('int_pql__activations') }}
    where activation_id in (select default_activation.activation_id from default_activation)

)

select * from final
