-- One row per fact that counts, for the user, account or domain it counts for.
-- leaves_at: ends then; counted_from: the window counts from there; both empty: from occurred_at.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

event_signals as (

    select * from {{ ref('int_pql__event_signals') }}
    where signal <> 'invite_sent'

),

invites as (

    select * from {{ ref('int_pql__invites') }}
    where is_counted

),

sessions as (

    select * from {{ ref('int_pql__sessions') }}

),

core_actions as (

    select entity_id as user_id, event_id, object_id, other_user_id, account_id, occurred_at
    from {{ ref('int_pql__event_signals') }}
    where signal = 'core_action' and entity_type = 'user'

),

activations as (

    select * from {{ ref('int_pql__activations') }}

),

default_activation as (

    select activation_id
    from {{ ref('pql_models') }}
    where model_id = '{{ var("pql_default_model") }}'
    order by model_version desc
    limit 1

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_id is not null

),

-- the session a core action belongs to is the last one that started before it, if that still lasts
sessions_and_core_actions as (

    select user_id, started_at as occurred_at, started_at, ended_at, 0 as is_core_action,
        cast(null as varchar) as event_id, cast(null as varchar) as account_id,
        cast(null as varchar) as object_id, cast(null as varchar) as other_user_id
    from sessions

    union all

    select user_id, occurred_at, cast(null as timestamp) as started_at, cast(null as timestamp) as ended_at,
        1 as is_core_action, event_id, account_id, object_id, other_user_id
    from core_actions

),

with_session as (

    select
        sessions_and_core_actions.*,
        max(started_at) over so_far as session_started_at,
        max(ended_at) over so_far as session_ended_at
    from sessions_and_core_actions
    window so_far as (
        partition by user_id order by occurred_at, is_core_action rows unbounded preceding
    )

),

user_facts as (

    select entity_type, entity_id, signal, occurred_at, cast(null as timestamp) as leaves_at, object_id, quantity,
        event_id, other_user_id, cast(null as timestamp) as counted_from, account_id
    from event_signals

    union all

    select 'user', user_id, 'invite_sent', occurred_at, null, addressee, 1, event_id, null, null, account_id
    from invites

    union all

    select 'user', user_id, 'session', started_at, null, session_id, 1, session_id, null, null, account_id
    from sessions

    union all

    select 'user', user_id, 'session_active_seconds', ended_at, null, session_id, active_seconds, session_id, null,
        started_at, account_id
    from sessions
    where active_seconds > 0

    union all

    select 'user', user_id, 'session_core_action', occurred_at, null, object_id, 1, event_id, other_user_id,
        session_started_at, account_id
    from with_session
    where is_core_action = 1 and occurred_at <= session_ended_at

    union all

    select 'user', activations.user_id, 'activation_' || activations.activation_id, activations.activated_at, null,
        activations.activation_id, 1, activations.activation_id, null, null, memberships.entity_id
    from activations
    left join memberships
        on
            activations.user_id = memberships.user_id
            and memberships.entity_type = 'account'
            and {{ pql_holds_at('memberships', 'activations.activated_at') }}

    union all

    select 'user', activations.user_id, 'activation', activations.activated_at, null,
        activations.activation_id, 1, activations.activation_id, null, null, memberships.entity_id
    from activations
    inner join default_activation on activations.activation_id = default_activation.activation_id
    left join memberships
        on
            activations.user_id = memberships.user_id
            and memberships.entity_type = 'account'
            and {{ pql_holds_at('memberships', 'activations.activated_at') }}

),

-- what a user does also counts for the account and the company domain, if a metric asks for it
account_facts as (

    select 'account', account_id, signal, occurred_at, leaves_at, object_id, quantity, event_id, entity_id as other_user_id,
        counted_from
    from user_facts
    where
        entity_type = 'user'
        and account_id is not null
        and signal in (select metrics.signal from metrics where metrics.entity_type = 'account')

),

domain_facts as (

    select 'domain', memberships.entity_id, user_facts.signal, user_facts.occurred_at, user_facts.leaves_at,
        user_facts.object_id, user_facts.quantity, user_facts.event_id, user_facts.entity_id as other_user_id,
        user_facts.counted_from
    from user_facts
    inner join memberships
        on
            user_facts.entity_id = memberships.user_id
            and memberships.entity_type = 'domain'
            and {{ pql_holds_at('memberships', 'user_facts.occurred_at') }}
    where
        user_facts.entity_type = 'user'
        and user_facts.signal in (select metrics.signal from metrics where metrics.entity_type = 'domain')

),

member_facts as (

    select entity_type, entity_id, 'member', valid_from, valid_to, user_id, 1, user_id, user_id, cast(null as timestamp)
    from memberships

),

all_facts as (

    select entity_type, entity_id, signal, occurred_at, leaves_at, object_id, quantity, event_id, other_user_id, counted_from
    from user_facts

    union all

    select * from account_facts

    union all

    select * from domain_facts

    union all

    select * from member_facts

),

final as (

    select
        entity_type,
        entity_id,
        signal,
        occurred_at,
        leaves_at,
        object_id,
        cast(quantity as bigint) as quantity,
        event_id,
        other_user_id,
        counted_from
    from all_facts

)

select * from final
