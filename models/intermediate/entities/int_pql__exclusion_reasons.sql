-- One row per user, reason and interval for which that reason to leave the user out applies; they may overlap.
{{ config(materialized='view') }}

with

user_history as (

    select * from {{ ref('int_pql__user_history') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}

),

raw_users as (

    select * from {{ ref('stg_pql__users') }}

),

subscriptions as (

    select * from {{ ref('stg_pql__subscriptions') }}

),

leads as (

    select * from {{ ref('stg_pql__leads') }}

),

paid as (

    select account_id, user_id, started_at as valid_from, ended_at as valid_to
    from subscriptions
    where is_paid

),

lead_stages as (

    select
        leads.*,
        entered_at as valid_from,
        nullif(
            least(
                coalesce(left_at, {{ pql_never() }}),
                coalesce(lead(entered_at) over (partition by lead_id order by entered_at, stage), {{ pql_never() }})
            ), {{ pql_never() }}
        ) as valid_to
    from leads

),

-- the users a lead row names: by user_id, else whoever has the e-mail
opportunities as (

    select user_id, account_id, email, valid_from, valid_to
    from lead_stages
    where stage = 'opportunity'

),

disqualifications as (

    select
        user_id,
        email,
        entered_at as valid_from,
        {{ pql_add_hours('entered_at', var('pql_disqualified_days') * 24) }} as valid_to
    from leads
    where stage = 'disqualified'

),

named_leads as (

    select 'open_opportunity' as reason, user_id, email, valid_from, valid_to
    from opportunities

    union all

    select 'disqualified' as reason, user_id, email, valid_from, valid_to
    from disqualifications

),

account_reasons as (

    select 'customer' as reason, account_id, valid_from, valid_to
    from paid
    where account_id is not null

    union all

    select 'open_opportunity' as reason, account_id, valid_from, valid_to
    from opportunities
    where account_id is not null

),

final as (

    select user_id, 'erased' as reason, min(erased_at) as valid_from, cast(null as timestamp) as valid_to
    from raw_users
    where erased_at is not null
    group by user_id

    {% for reason, condition in {
        'no_consent': 'not may_be_profiled', 'bot': 'is_bot', 'internal': 'is_internal', 'competitor': 'is_competitor'
    }.items() %}
    union all

    select user_id, '{{ reason }}' as reason, valid_from, valid_to
    from user_history
    where {{ condition }}
    {% endfor %}

    union all

    select user_id, 'customer' as reason, valid_from, valid_to
    from paid
    where user_id is not null

    union all

    select user_id, reason, valid_from, valid_to
    from named_leads
    where user_id is not null

    union all

    select
        user_history.user_id,
        named_leads.reason,
        greatest(named_leads.valid_from, user_history.valid_from) as valid_from,
        {{ pql_earlier_end('named_leads', 'user_history') }} as valid_to
    from named_leads
    inner join user_history
        on lower(named_leads.email) = user_history.email and {{ pql_overlap('named_leads', 'user_history') }}
    where named_leads.user_id is null

    union all

    select
        memberships.user_id,
        account_reasons.reason,
        greatest(account_reasons.valid_from, memberships.valid_from) as valid_from,
        {{ pql_earlier_end('account_reasons', 'memberships') }} as valid_to
    from account_reasons
    inner join memberships
        on
            account_reasons.account_id = memberships.entity_id
            and memberships.entity_type = 'account'
            and {{ pql_overlap('account_reasons', 'memberships') }}

)

select * from final
