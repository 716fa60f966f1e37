-- One row per user and account with attributes: a number that changes when any of them does, plans and leads included.
{{ config(materialized='view') }}

with

users as (

    select * from {{ ref('stg_pql__users') }}

),

accounts as (

    select * from {{ ref('stg_pql__accounts') }}

),

subscriptions as (

    select * from {{ ref('stg_pql__subscriptions') }}

),

leads as (

    select * from {{ ref('stg_pql__leads') }}

),

user_history as (

    select distinct user_id, email from {{ ref('int_pql__user_history') }}

),

digests as (

    select 'user' as entity_type, user_id as entity_id, {{ pql_digest([
        'email', 'account_id', 'title', 'is_bot', 'is_internal', 'profiling_consent', 'signed_up_at', 'erased_at', 'effective_at',
    ]) }} as digest
    from users

    union all

    select 'account', account_id, {{ pql_digest(['employees', 'industry', 'effective_at']) }}
    from accounts

    {% for entity_type in ['user', 'account'] -%}
    union all

    select '{{ entity_type }}', {{ entity_type }}_id, {{ pql_digest(['is_paid', 'started_at', 'ended_at']) }}
    from subscriptions
    where {{ entity_type }}_id is not null

    union all

    select '{{ entity_type }}', {{ entity_type }}_id, {{ pql_digest(['lead_id', 'stage', 'entered_at', 'left_at']) }}
    from leads
    where {{ entity_type }}_id is not null

    {% endfor -%}
    union all

    select 'user', user_history.user_id, {{ pql_digest(['leads.lead_id', 'leads.stage', 'leads.entered_at', 'leads.left_at']) }}
    from leads
    inner join user_history on lower(leads.email) = user_history.email
    where leads.user_id is null

),

final as (

    select entity_type, entity_id, {{ pql_digest_of_many('digest') }} as digest
    from digests
    group by entity_type, entity_id

)

select * from final
