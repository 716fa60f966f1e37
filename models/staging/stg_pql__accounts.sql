-- One row per account and effective_at: what is known of an account from then on.
with

versions as (

    select * from {{ ref('base_pql__accounts') }}

),

final as (

    select
        account_id,
        name,
        domain,
        industry,
        owner_id,
        employees,
        effective_at,
        loaded_at
    from versions
    where is_current

)

select * from final
