-- One row per account and row of `accounts`: what is known of the account during an interval.
with

accounts as (

    select * from {{ ref('stg_pql__accounts') }}

),

industries as (

    select * from {{ ref('pql_industries') }}

),

final as (

    select
        -- ids
        accounts.account_id,

        -- strings
        accounts.industry,

        -- numerics
        accounts.employees,
        case
            when accounts.industry is null then null
            when industries.icp_industry is not null then 1
            else 0
        end as icp_industry,

        -- timestamps
        coalesce(accounts.effective_at, {{ pql_since_ever() }}) as valid_from,
        lead(accounts.effective_at) over (
            partition by accounts.account_id order by accounts.effective_at nulls first
        ) as valid_to
    from accounts
    left join industries on lower(accounts.industry) = lower(industries.industry)

)

select * from final
