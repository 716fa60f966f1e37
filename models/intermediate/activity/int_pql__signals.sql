-- One row per fact that counts, for the user, account or company domain it counts for.
-- leaves_at: the fact ends then; counted_from: its window counts from there; both empty: from occurred_at.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_id is not null

),

-- what a user does also counts for the account and the company domain, if a metric asks for it; the millions of facts are
-- read where they are needed: as one expression they would all be kept in memory before any is used
account_facts as (

    select 'account', account_id, signal, occurred_at, leaves_at, object_id, quantity, event_id, entity_id as other_user_id,
        counted_from
    from {{ ref('int_pql__user_signals') }}
    where
        entity_type = 'user'
        and account_id is not null
        and signal in (select metrics.signal from metrics where metrics.entity_type = 'account')

),

domain_facts as (

    select 'domain', memberships.entity_id, user_facts.signal, user_facts.occurred_at, user_facts.leaves_at,
        user_facts.object_id, user_facts.quantity, user_facts.event_id, user_facts.entity_id as other_user_id,
        user_facts.counted_from
    from {{ ref('int_pql__user_signals') }} as user_facts
    inner join memberships
        on
            user_facts.entity_id = memberships.user_id
            and memberships.entity_type = 'domain'
            and {{ pql_holds_at('memberships', 'user_facts.occurred_at') }}
    where
        user_facts.entity_type = 'user'
        and user_facts.signal in (select metrics.signal from metrics where metrics.entity_type = 'domain')

),

member_facts as (

    select entity_type, entity_id, 'member', valid_from, valid_to, user_id, 1, user_id, user_id, cast(null as timestamp)
    from memberships

),

all_facts as (

    select entity_type, entity_id, signal, occurred_at, leaves_at, object_id, quantity, event_id, other_user_id, counted_from
    from {{ ref('int_pql__user_signals') }}

    union all

    select * from account_facts

    union all

    select * from domain_facts

    union all

    select * from member_facts

),

final as (

    select
        entity_type,
        entity_id,
        signal,
        occurred_at,
        leaves_at,
        object_id,
        cast(quantity as bigint) as quantity,
        event_id,
        other_user_id,
        counted_from
    from all_facts

)

select * from final
