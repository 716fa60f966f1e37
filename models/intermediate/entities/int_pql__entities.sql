-- One row per user, account and domain that is scored, with the instant from which on it exists.
with

users as (

    select * from {{ ref('int_pql__users') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}

),

event_summaries as (

    select * from {{ ref('int_pql__event_summaries') }}

),

first_seen as (

    select entity_type, entity_id, min(valid_from) as started_at
    from memberships
    where entity_id is not null
    group by entity_type, entity_id

    union all

    select 'account' as entity_type, account_id as entity_id, min(first_event_at) as started_at
    from event_summaries
    where account_id is not null
    group by account_id

),

final as (

    select 'user' as entity_type, user_id as entity_id, started_at, signed_up_at
    from users

    union all

    select entity_type, entity_id, min(started_at) as started_at, cast(null as timestamp) as signed_up_at
    from first_seen
    group by entity_type, entity_id

)

select * from final
