-- One row per user, reason and interval for which that reason to leave the user out applies; they may overlap.
{{ config(materialized='view') }}

with

user_history as (

    select * from {{ ref('int_pql__user_history') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_type = 'account'

),

raw_users as (

    select * from {{ ref('stg_pql__users') }}

),

subscriptions as (

    select * from {{ ref('stg_pql__subscriptions') }}
    where is_paid

),

-- a lead is in one stage at a time: the next stage ends it
leads as (

    select
        leads.*,
        lead(entered_at) over (partition by lead_id order by entered_at, stage) as next_entered_at
    from {{ ref('stg_pql__leads') }} as leads

),

-- what billing and sales say: of a user, of everybody in an account, of whoever has the e-mail
stated as (

    select
        'customer' as reason,
        user_id, account_id, cast(null as varchar) as email,
        started_at as valid_from, ended_at as valid_to
    from subscriptions

    union all

    select
        'open_opportunity' as reason,
        user_id, account_id, email,
        entered_at as valid_from,
        case when left_at < next_entered_at then left_at else coalesce(next_entered_at, left_at) end as valid_to
    from leads
    where stage = 'opportunity'

    union all

    select
        'disqualified' as reason,
        user_id, cast(null as varchar) as account_id, email,
        entered_at as valid_from,
        {{ pql_add_hours('entered_at', var('pql_disqualified_days') * 24) }} as valid_to
    from leads
    where stage = 'disqualified'

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

    select user_id, reason, valid_from, valid_to
    from stated
    where user_id is not null

    union all

    select
        user_history.user_id,
        stated.reason,
        greatest(stated.valid_from, user_history.valid_from) as valid_from,
        {{ pql_earlier_end('stated', 'user_history') }} as valid_to
    from stated
    inner join user_history
        on lower(stated.email) = user_history.email and {{ pql_overlap('stated', 'user_history') }}
    where stated.user_id is null

    union all

    select
        memberships.user_id,
        stated.reason,
        greatest(stated.valid_from, memberships.valid_from) as valid_from,
        {{ pql_earlier_end('stated', 'memberships') }} as valid_to
    from stated
    inner join memberships
        on stated.account_id = memberships.entity_id and {{ pql_overlap('stated', 'memberships') }}

)

select * from final
