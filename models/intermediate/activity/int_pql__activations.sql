-- One row per user and activation sequence they completed: at the instant the last missing step was met.
{{ pql_rebuilt_whole(['user_id']) }}

with

users as (

    select * from {{ ref('int_pql__users') }}
    where {{ pql_is_touched(['user_id']) }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_type = 'account' and entity_id is not null

),

steps as (

    select * from {{ ref('pql_activation_steps') }}

),

event_signals as (

    select * from {{ ref('int_pql__event_signals') }}
    where {{ pql_is_touched(['user_id']) }}

),

credited_signals as (

    select * from {{ ref('int_pql__credited_signals') }}
    where entity_type = 'user'

),

invites as (

    select * from {{ ref('int_pql__invites') }}
    where is_counted

),

facts as (

    select user_id, signal, event_id, object_id, other_user_id, occurred_at
    from event_signals

    union all

    select entity_id as user_id, signal, event_id, object_id, other_user_id, occurred_at
    from credited_signals

    union all

    select
        user_id,
        'invite_sent' as signal,
        event_id,
        addressee as object_id,
        cast(null as varchar) as other_user_id,
        occurred_at
    from invites

),

final as (

    {{ pql_completed_activations('facts', 'steps', 'users', 'memberships') }}

)

select * from final
