-- One row per user who converted and payer: what the payer's paid subscriptions came to since, until as_of, in cents.
-- An amount is the price of 30 days. Unknown if no amount is known.
{{ config(materialized='view') }}
with

conversions as (

    select * from {{ ref('int_pql__conversions') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_type = 'account'

),

subscriptions as (

    select * from {{ ref('stg_pql__subscriptions') }}
    where is_paid and amount_cents is not null

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

payers as (

    select user_id, cast(null as varchar) as account_id, user_id as payer_user_id, converted_at from conversions

    union all

    select conversions.user_id, memberships.entity_id as account_id, null as payer_user_id, conversions.converted_at
    from conversions
    inner join memberships
        on
            conversions.user_id = memberships.user_id
            and memberships.entity_id is not null
            and {{ pql_holds_at('memberships', 'conversions.converted_at') }}

),

paid as (

    select
        payers.user_id,
        coalesce('account:' || payers.account_id, 'user:' || payers.payer_user_id) as payer_id,
        subscriptions.amount_cents,
        greatest(subscriptions.started_at, payers.converted_at) as paid_from,
        least(coalesce(subscriptions.ended_at, clock.as_of), clock.as_of) as paid_to
    from payers
    cross join clock
    inner join subscriptions
        on
            payers.account_id = subscriptions.account_id
            or payers.payer_user_id = subscriptions.user_id

),

final as (

    select
        user_id,
        payer_id,
        sum(amount_cents * ({{ pql_days_between('paid_from', 'paid_to') }}) / 30) as paid_cents
    from paid
    group by user_id, payer_id

)

select * from final
