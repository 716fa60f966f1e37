-- One row per fact that a trigger counts, for the user, account or company domain it counts for: of users in the lane counted
-- anew from all they did, of everybody else as the last build has it.
{{ config(tags=['pql_hot']) }}
{%- set columns = [
    'entity_type', 'entity_id', 'user_id', 'signal', 'occurred_at', 'leaves_at', 'counted_from', 'object_id', 'other_user_id',
    'quantity', 'evidence_id', 'started_at', 'signed_up_at',
] %}

with

watched as (

    select distinct entity_type, signal, activation_id
    from {{ ref('int_pql__hot_metrics') }}
    where is_in_lane

),

watched_activations as (

    select distinct signal, activation_id
    from watched
    where activation_id is not null

),

hot_users as (

    select * from {{ ref('int_pql__hot_users') }}

),

signups as (

    select * from {{ ref('int_pql__hot_signups') }}

),

activations as (

    select * from {{ ref('int_pql__hot_activations') }}

),

memberships as (

    select * from {{ ref('int_pql__hot_memberships') }}
    where entity_type = 'domain'

),

user_facts as (

    select user_id, account_id, signal, occurred_at, object_id, other_user_id, quantity, event_id as evidence_id
    from {{ ref('int_pql__hot_user_signals') }}

    union all

    select activations.user_id, activations.account_id, watched_activations.signal, activations.activated_at,
        activations.activation_id, null, 1, activations.user_id
    from activations
    inner join watched_activations on activations.activation_id = watched_activations.activation_id

),

counted_anew as (

    select 'user' as entity_type, user_facts.user_id as entity_id, user_facts.*, signups.signed_up_at
    from user_facts
    inner join signups on user_facts.user_id = signups.user_id

    union all

    select 'account', user_facts.account_id, user_facts.*, cast(null as timestamp)
    from user_facts
    where account_id is not null

    union all

    select 'domain', memberships.entity_id, user_facts.*, cast(null as timestamp)
    from user_facts
    inner join memberships
        on
            user_facts.user_id = memberships.user_id
            and {{ pql_holds_at('memberships', 'user_facts.occurred_at') }}

),

final as (

    -- nothing that is counted anew happens before its entity begins
    select
        entity_type,
        entity_id,
        user_id,
        signal,
        occurred_at,
        cast(null as timestamp) as leaves_at,
        cast(null as timestamp) as counted_from,
        object_id,
        case when entity_type = 'user' then other_user_id else user_id end as other_user_id,
        cast(quantity as bigint) as quantity,
        evidence_id,
        occurred_at as started_at,
        signed_up_at
    from counted_anew
    where (entity_type, signal) in (select watched.entity_type, watched.signal from watched)

    union all

    select {{ columns | join(', ') }}
    from {{ ref('int_pql__built_signals') }}
    where
        user_id is null
        or user_id not in (select hot_users.user_id from hot_users)
        or signal not in (select watched.signal from watched)

)

select * from final
