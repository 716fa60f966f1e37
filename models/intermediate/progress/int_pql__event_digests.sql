-- One row per user and account written on their events, null where none is: a number that changes when any of them does.
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

    select user_id, account_id, {{ pql_digest_of_many('digest') }} as digest
    from events
    group by user_id, account_id

)

select * from final
