-- One row per user and kind of change since the last of int_pql__statements that can change what was said about them.
-- is_own: it happened to the user, or to an account the user is in; else to someone they share an account or a thing with.
{{ config(materialized='view') }}

with

last_statement as (

    select max(as_of) as as_of, coalesce(max(staging_number), 0) as staging_number
    from {{ ref('int_pql__statements') }}

),

-- what happens after the instant of the last run restates nothing
event_changes as (

    select event_changes.*
    from {{ ref('stg_pql__event_changes') }} as event_changes
    inner join last_statement
        on
            event_changes.staging_number > last_statement.staging_number
            and event_changes.occurred_at <= last_statement.as_of

),

attribute_changes as (

    select
        coalesce(present.entity_type, said.entity_type) as entity_type,
        coalesce(present.entity_id, said.entity_id) as entity_id
    from {{ ref('int_pql__attribute_digests') }} as present
    full join {{ ref('int_pql__said_attributes') }} as said
        on present.entity_type = said.entity_type and present.entity_id = said.entity_id
    where (present.digest is distinct from said.digest)

),

memberships as (

    select distinct user_id, entity_type, entity_id
    from {{ ref('int_pql__memberships') }}
    where entity_id is not null

),

-- what is done to a thing counts for somebody else only where it has an owner, or had one before the changes
owned_objects as (

    select distinct object_id
    from event_changes
    where
        object_id in (select owners.object_id from {{ ref('int_pql__object_owners') }} as owners)
        or event_name in (
            select signals.event_name from {{ ref('pql_event_signals') }} as signals where signals.credited_to = 'object_owner'
        )

),

events as (

    select distinct user_id, target_user_id, object_id
    from {{ ref('stg_pql__events') }}
    where {{ pql_is_one_of('object_id', 'owned_objects') }}

),

own as (

    select user_id, kind
    from event_changes

    union

    select entity_id, 'attribute'
    from attribute_changes
    where entity_type = 'user'

    union

    select memberships.user_id, 'attribute'
    from attribute_changes
    inner join memberships
        on
            attribute_changes.entity_type = memberships.entity_type
            and attribute_changes.entity_id = memberships.entity_id

),

-- groups in which something changed: those of the users it happened to, and the account written on the event
group_changes as (

    select memberships.entity_type, memberships.entity_id, own.kind
    from own
    inner join memberships on own.user_id = memberships.user_id

    union

    select 'account', account_id, kind
    from event_changes

),

others as (

    select memberships.user_id, group_changes.kind
    from group_changes
    inner join memberships
        on group_changes.entity_type = memberships.entity_type and group_changes.entity_id = memberships.entity_id

    union

    select target_user_id, kind
    from event_changes

    {% for person in ['user_id', 'target_user_id'] -%}
    union

    select events.{{ person }}, event_changes.kind
    from event_changes
    inner join events on event_changes.object_id = events.object_id

    {% endfor -%}
),

final as (

    select user_id, kind, true as is_own
    from own

    union all

    select user_id, kind, false as is_own
    from others
    where user_id is not null

)

select * from final
