-- One row per entity and kind of input: a digest of all that can change what is computed about the entity.
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

event_digests as (

    select * from {{ ref('int_pql__event_digests') }}

),

digests as (

    select entity_type, entity_id, 'events' as part, digest
    from event_digests

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

own as (

    select entity_type, entity_id, {{ pql_digest_of_many(pql_digest(['part', 'digest'])) }} as digest
    from digests
    group by entity_type, entity_id

),

-- what a group is depends on all its members, and what a member inherits on the attributes and credits of the group
member_digests as (

    select memberships.entity_type, memberships.entity_id, {{ pql_digest_of_many(pql_digest(['own.entity_id', 'own.digest'])) }} as digest
    from memberships
    inner join own on own.entity_type = 'user' and memberships.user_id = own.entity_id
    where memberships.entity_id is not null
    group by memberships.entity_type, memberships.entity_id

),

group_digests as (

    select entity_type, entity_id, {{ pql_digest_of_many(pql_digest(['part', 'digest'])) }} as digest
    from digests
    where entity_type <> 'user' and part <> 'events'
    group by entity_type, entity_id

),

inherited_digests as (

    select memberships.user_id, {{ pql_digest_of_many(pql_digest(['group_digests.entity_id', 'group_digests.digest'])) }} as digest
    from memberships
    inner join group_digests
        on memberships.entity_type = group_digests.entity_type and memberships.entity_id = group_digests.entity_id
    group by memberships.user_id

),

asked_metrics as (

    select metric_id from {{ ref('pql_rules') }}

    union

    select metric_id from {{ ref('pql_pillars') }}

),

account_signals as (

    select distinct signal
    from {{ ref('pql_event_signals') }}
    where credited_to = 'account'

),

-- rules of users that read more of a group than that: what its members do, or who they are
rules_read_members as (

    select count(*) as metric_count
    from {{ ref('pql_metrics') }} as metrics
    inner join asked_metrics on metrics.metric_id = asked_metrics.metric_id
    left join account_signals on metrics.signal = account_signals.signal
    where metrics.entity_type <> 'user' and metrics.kind <> 'attribute' and account_signals.signal is null

),

group_members as (

    select memberships.user_id, {{ pql_digest_of_many(pql_digest(['member_digests.entity_id', 'member_digests.digest'])) }} as digest
    from memberships
    inner join member_digests
        on memberships.entity_type = member_digests.entity_type and memberships.entity_id = member_digests.entity_id
    cross join rules_read_members
    where rules_read_members.metric_count > 0
    group by memberships.user_id

),

final as (

    select entity_type, entity_id, 'own' as part, digest from own
    union all
    select entity_type, entity_id, 'members' as part, digest from member_digests
    union all
    select 'user' as entity_type, user_id as entity_id, 'inherited' as part, digest from inherited_digests
    union all
    select 'user' as entity_type, user_id as entity_id, 'group_members' as part, digest from group_members

)

select * from final
