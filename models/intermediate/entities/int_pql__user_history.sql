-- One row per user and row of `users`: what is known of the user during an interval.
with

users as (

    select * from {{ ref('stg_pql__users') }}

),

email_hosts as (

    select * from {{ ref('int_pql__email_hosts') }}

),

with_host as (

    select
        users.*,
        {{ pql_email_host('email') }} as email_host,
        coalesce(effective_at, {{ pql_since_ever() }}) as valid_from,
        lead(effective_at) over (partition by user_id order by effective_at nulls first) as valid_to
    from users

),

final as (

    select
        -- ids
        with_host.user_id,
        with_host.account_id,

        -- strings
        lower(with_host.email) as email,
        email_hosts.company_domain,
        with_host.title,

        -- booleans
        coalesce(with_host.is_bot, false) as is_bot,
        coalesce(with_host.is_internal, false) or coalesce(email_hosts.is_internal, false) as is_internal,
        coalesce(email_hosts.is_competitor, false) as is_competitor,
        coalesce(with_host.profiling_consent, true) as may_be_profiled,

        -- timestamps
        with_host.valid_from,
        with_host.valid_to
    from with_host
    left join email_hosts on with_host.email_host = email_hosts.host

)

select * from final
