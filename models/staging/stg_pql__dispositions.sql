-- One row per answer of a sales rep to a lead.
with

versions as (

    select * from {{ ref('base_pql__dispositions') }}

),

final as (

    select
        disposition_id,
        user_id,
        account_id,
        model_id,
        trigger_id,
        rep_id,
        disposition,
        reason,
        disposed_at,
        loaded_at
    from versions
    where is_current

)

select * from final
