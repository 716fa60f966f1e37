-- One row per user and effective_at: what is known of a user from then on.
{{ config(materialized='view') }}
with

versions as (

    select * from {{ ref('base_pql__users') }}

),

final as (

    select
        user_id,
        email,
        account_id,
        title,
        is_bot,
        is_internal,
        profiling_consent,
        signed_up_at,
        erased_at,
        effective_at,
        loaded_at
    from versions
    where is_current

)

select * from final
