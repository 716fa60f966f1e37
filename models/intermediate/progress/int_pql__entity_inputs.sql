-- One row per entity and kind of input: a digest of all that can change what is computed about the entity.
{{ config(materialized='view') }}

with

own as (

    select * from {{ ref('int_pql__own_digests') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_id is not null

),

event_summaries as (

    select * from {{ ref('int_pql__event_summaries') }}
    where account_id is not null

),

credited_signals as (

    select * from {{ ref('int_pql__credited_signals') }}
    where entity_type = 'user' and account_id is not null

),

-- who adds to what is computed about a group: its members, and those who act in an account or are credited there
contributors as (

    select user_id, entity_type, entity_id
    from memberships

    union

    select user_id, 'account' as entity_type, account_id as entity_id
    from event_summaries

    union

    select entity_id as user_id, 'account' as entity_type, account_id as entity_id
    from credited_signals

),

contributor_digests as (

    select
        contributors.entity_type,
        contributors.entity_id,
        {{ pql_digest_of_many(pql_digest(['own.entity_id', 'own.digest'])) }} as digest
    from contributors
    inner join own on own.entity_type = 'user' and contributors.user_id = own.entity_id
    group by contributors.entity_type, contributors.entity_id

),

-- what members inherit always: the attributes of a group, and what is credited to it
inherited_digests as (

    select memberships.user_id, {{ pql_digest_of_many(pql_digest(['own.entity_id', 'own.digest'])) }} as digest
    from memberships
    inner join own on memberships.entity_type = own.entity_type and memberships.entity_id = own.entity_id
    group by memberships.user_id

),

-- signals of accounts to which nothing adds but what is credited to the account itself
account_signals as (

    select signal
    from {{ ref('pql_event_signals') }}
    group by signal
    having min(credited_to) = 'account' and max(credited_to) = 'account'

),

-- conditions that users inherit and that read more than that: what others do, or who they are
conditions_on_others as (

    select count(*) as condition_count
    from {{ ref('int_pql__conditions') }} as conditions
    inner join {{ ref('pql_metrics') }} as metrics on conditions.metric_id = metrics.metric_id
    left join account_signals on metrics.signal = account_signals.signal
    where conditions.is_inherited and metrics.kind <> 'attribute' and account_signals.signal is null

),

others_digests as (

    select
        memberships.user_id,
        {{ pql_digest_of_many(pql_digest(['contributor_digests.entity_id', 'contributor_digests.digest'])) }} as digest
    from memberships
    inner join contributor_digests
        on
            memberships.entity_type = contributor_digests.entity_type
            and memberships.entity_id = contributor_digests.entity_id
    cross join conditions_on_others
    where conditions_on_others.condition_count > 0
    group by memberships.user_id

),

final as (

    select entity_type, entity_id, 'own' as part, digest, digest_without_events from own
    union all
    select entity_type, entity_id, 'contributors' as part, digest, null from contributor_digests
    union all
    select 'user' as entity_type, user_id as entity_id, 'inherited' as part, digest, null from inherited_digests
    union all
    select 'user' as entity_type, user_id as entity_id, 'others' as part, digest, null from others_digests

)

select * from final
