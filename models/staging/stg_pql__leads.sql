-- One row per lead, stage and entry into it, from the CRM.
with

versions as (

    select * from {{ ref('base_pql__leads') }}

),

final as (

    select
        lead_id,
        user_id,
        account_id,
        owner_id,
        email,
        stage,
        entered_at,
        left_at,
        loaded_at
    from versions
    where is_current

)

select * from final
