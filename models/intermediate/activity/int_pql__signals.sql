-- One row per fact that counts, for the user, account or company domain it counts for.
-- leaves_at: the fact ends then; counted_from: its window counts from there; both empty: from occurred_at.
-- What is read twice is no expression: it would be read whole then, whomever a reader asks for.
{{ config(materialized='view') }}

with

-- what a user does also counts for the account and the company domain, if a metric asks for it
account_facts as (

    select 'account', account_id, signal, occurred_at, leaves_at, object_id, quantity, event_id, user_id as other_user_id,
        counted_from
    from {{ ref('int_pql__group_signals') }}
    where
        account_id is not null
        and signal in (select metrics.signal from {{ ref('pql_metrics') }} as metrics where metrics.entity_type = 'account')

),

domain_facts as (

    select 'domain', memberships.entity_id, group_signals.signal, group_signals.occurred_at, group_signals.leaves_at,
        group_signals.object_id, group_signals.quantity, group_signals.event_id, group_signals.user_id as other_user_id,
        group_signals.counted_from
    from {{ ref('int_pql__group_signals') }} as group_signals
    inner join {{ ref('int_pql__memberships') }} as memberships
        on
            group_signals.user_id = memberships.user_id
            and memberships.entity_type = 'domain'
            and {{ pql_holds_at('memberships', 'group_signals.occurred_at') }}
    where
        memberships.entity_id is not null
        and group_signals.signal in (select metrics.signal from {{ ref('pql_metrics') }} as metrics where metrics.entity_type = 'domain')

),

member_facts as (

    select entity_type, entity_id, 'member', valid_from, valid_to, user_id, 1, user_id, user_id, cast(null as timestamp)
    from {{ ref('int_pql__memberships') }}
    where entity_id is not null

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
