-- One row per user the last build has not seen and row of `users`: what must be known of them until the next build.
-- Read from the raw rows: what is staged is what the build has seen.
{{ config(tags=['pql_hot']) }}
{%- set is_unseen = 'user_id not in (select seen.user_id from ' ~ ref('int_pql__user_history') ~ ' as seen)' %}

with

versions as (

    {{ pql_row_versions('users', is_unseen) }}

),

unseen as (

    select
        user_id,
        account_id,
        lower(email) as email,
        signed_up_at,
        {{ pql_email_host('email') }} as host,
        coalesce(is_bot, false) or coalesce(is_internal, false) as is_silent,
        coalesce(effective_at, {{ pql_since_ever() }}) as valid_from,
        lead(effective_at) over (partition by user_id order by effective_at nulls first) as valid_to
    from versions
    where is_current

),

email_hosts as (

    {{ pql_email_hosts('unseen') }}

),

final as (

    select
        unseen.user_id,
        unseen.account_id,
        unseen.email,
        email_hosts.company_domain,
        unseen.is_silent or coalesce(email_hosts.is_internal, false) as is_silent,
        unseen.signed_up_at,
        unseen.valid_from,
        unseen.valid_to
    from unseen
    left join email_hosts on unseen.host = email_hosts.host

)

select * from final
