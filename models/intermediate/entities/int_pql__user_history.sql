-- One row per user and row of `users`: what is known of the user during an interval.
with

users as (

    select * from {{ ref('stg_pql__users') }}

),

listed_domains as (

    select * from {{ ref('pql_domains') }}

),

with_domain as (

    select
        users.*,
        case
            when {{ pql_matches('email', '.*@[^@]*[.][^@]*') }} then lower(regexp_replace(email, '^.*@', ''))
        end as email_domain,
        coalesce(effective_at, {{ pql_since_ever() }}) as valid_from,
        lead(effective_at) over (partition by user_id order by effective_at nulls first) as valid_to
    from users

),

email_domains as (

    select distinct email_domain
    from with_domain
    where email_domain is not null

),

domain_kinds as (

    select
        email_domains.email_domain,
        max(case when listed_domains.kind in ('free_mail', 'relay', 'disposable') then 1 else 0 end) = 1
            as is_shared,
        max(case when listed_domains.kind in ('internal', 'test') then 1 else 0 end) = 1 as is_internal,
        max(case when listed_domains.kind = 'competitor' then 1 else 0 end) = 1 as is_competitor
    from email_domains
    inner join listed_domains
        on {{ pql_domain_covers('lower(listed_domains.domain)', 'email_domains.email_domain') }}
    group by email_domains.email_domain

),

final as (

    select
        -- ids
        with_domain.user_id,
        with_domain.account_id,

        -- strings
        lower(with_domain.email) as email,
        case when not coalesce(domain_kinds.is_shared, false) then with_domain.email_domain end
            as company_domain,
        with_domain.title,

        -- booleans
        coalesce(with_domain.is_bot, false) as is_bot,
        coalesce(with_domain.is_internal, false) or coalesce(domain_kinds.is_internal, false)
            as is_internal,
        coalesce(domain_kinds.is_competitor, false) as is_competitor,
        coalesce(with_domain.profiling_consent, true) as may_be_profiled,

        -- timestamps
        with_domain.valid_from,
        with_domain.valid_to
    from with_domain
    left join domain_kinds on with_domain.email_domain = domain_kinds.email_domain

)

select * from final
