-- One row per user the last build has not seen and row of `users`: what must be known of them until the next build.
{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('base_pql__users') }}
    where is_current

),

seen as (

    select * from {{ ref('int_pql__user_history') }}

),

listed_domains as (

    select * from {{ ref('pql_domains') }}
    where kind in ('internal', 'test')

),

unseen as (

    select
        user_id,
        account_id,
        lower(email) as email,
        {{ pql_email_host('email') }} as host,
        coalesce(is_bot, false) or coalesce(is_internal, false) as is_silent,
        coalesce(effective_at, {{ pql_since_ever() }}) as valid_from,
        lead(effective_at) over (partition by user_id order by effective_at nulls first) as valid_to
    from versions
    where user_id not in (select seen.user_id from seen)

),

internal_hosts as (

    select distinct unseen.host
    from unseen
    inner join listed_domains on {{ pql_domain_covers('lower(listed_domains.domain)', 'unseen.host') }}

),

final as (

    select
        unseen.user_id,
        unseen.account_id,
        unseen.email,
        unseen.is_silent or internal_hosts.host is not null as is_silent,
        unseen.valid_from,
        unseen.valid_to
    from unseen
    left join internal_hosts on unseen.host = internal_hosts.host

)

select * from final
