-- One row per entity: a digest of what concerns it alone, be it that others did it. Users with all their rows, accounts with
-- their attributes and what is credited to them.
{{ config(materialized='view') }}

with

users as (

    select * from {{ ref('int_pql__users') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}

),

credited_signals as (

    select * from {{ ref('int_pql__credited_signals') }}

),

account_history as (

    select * from {{ ref('int_pql__account_history') }}

),

event_summaries as (

    select * from {{ ref('int_pql__event_summaries') }}

),

digests as (

    select
        'user' as entity_type,
        user_id as entity_id,
        'events' as part,
        {{ pql_digest_of_many(pql_digest(['account_id', 'digest'])) }} as digest
    from event_summaries
    group by user_id

    union all

    select 'user', user_id, 'start', {{ pql_digest_of_many(pql_digest(['user_id', 'signed_up_at', 'started_at'])) }}
    from users
    group by user_id

    union all

    select 'user', user_id, 'rows', {{ pql_digest_of_many(pql_digest([
        'account_id', 'email', 'company_domain', 'title', 'is_bot', 'is_internal', 'is_competitor', 'may_be_profiled',
        'valid_from', 'valid_to',
    ])) }}
    from {{ ref('int_pql__user_history') }}
    group by user_id

    union all

    select 'user', user_id, 'memberships', {{ pql_digest_of_many(pql_digest(['entity_type', 'entity_id', 'valid_from', 'valid_to'])) }}
    from memberships
    group by user_id

    union all

    select 'user', user_id, 'exclusions', {{ pql_digest_of_many(pql_digest(['model_id', 'reason', 'precedence', 'valid_from', 'valid_to'])) }}
    from {{ ref('int_pql__exclusions') }}
    group by user_id

    union all

    select 'user', user_id, 'invites', {{ pql_digest_of_many(pql_digest(['event_id', 'account_id', 'addressee', 'is_counted', 'occurred_at'])) }}
    from {{ ref('int_pql__invites') }}
    group by user_id

    union all

    select entity_type, entity_id, 'credits', {{ pql_digest_of_many(pql_digest([
        'event_id', 'account_id', 'object_id', 'other_user_id', 'signal', 'quantity', 'occurred_at'
    ])) }}
    from credited_signals
    group by entity_type, entity_id

    union all

    select 'account', account_id, 'rows', {{ pql_digest_of_many(pql_digest(['industry', 'employees', 'icp_industry', 'valid_from', 'valid_to'])) }}
    from account_history
    group by account_id

),

final as (

    select
        entity_type,
        entity_id,
        {{ pql_digest_of_many(pql_digest(['part', 'digest'])) }} as digest,
        {{ pql_digest_of_many(pql_digest(['part', "case when part <> 'events' then digest end"])) }} as digest_without_events
    from digests
    group by entity_type, entity_id

)

select * from final
