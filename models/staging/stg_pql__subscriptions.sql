-- One row per subscription of an account or a user.
with

versions as (

    select * from {{ ref('base_pql__subscriptions') }}

),

final as (

    select
        account_id,
        user_id,
        plan,
        amount_cents,
        is_paid,
        started_at,
        ended_at,
        loaded_at
    from versions
    where is_current

)

select * from final
