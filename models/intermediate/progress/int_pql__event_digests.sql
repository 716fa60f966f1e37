-- One row per user, and per account written on events: a number that changes when any of their accepted events does.
with

events as (

    select
        user_id,
        account_id,
        {{ pql_digest(['event_id', 'user_id', 'account_id', 'object_id', 'target_user_id', 'event_name', 'properties', 'occurred_at']) }}
            as digest
    from {{ ref('stg_pql__events') }}

),

final as (

    select 'user' as entity_type, user_id as entity_id, {{ pql_digest_of_many('digest') }} as digest
    from events
    group by user_id

    union all

    select 'account' as entity_type, account_id as entity_id, {{ pql_digest_of_many('digest') }} as digest
    from events
    where account_id is not null
    group by account_id

)

select * from final
