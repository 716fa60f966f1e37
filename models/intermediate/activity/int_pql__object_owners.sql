-- One row per object whose owner is credited for what others do to it, and interval: whose thing it was.
-- The owner is the target_user_id written last, until there is one the user of the object's first event.
{{ pql_rebuilt_by_events('object_id') }}

with

event_signals as (

    select * from {{ ref('pql_event_signals') }}
    where credited_to = 'object_owner'

),

-- things without an owner, like a feature or a page, may have as many events as all others together: theirs are not read
owned_objects as (

    select distinct object_id
    from {{ ref('int_pql__events_for_others') }}
    where
        event_name in (select event_signals.event_name from event_signals)
        and {{ pql_has_changed_events('object_id') }}

),

events as (

    select * from {{ ref('stg_pql__events') }}
    where {{ pql_is_one_of('object_id', 'owned_objects') }}

),

object_events as (

    select
        events.object_id,
        events.user_id,
        events.target_user_id,
        events.occurred_at,
        row_number() over (
            partition by events.object_id order by events.occurred_at, {{ pql_byte_order('events.event_id') }}
        ) as event_number,
        row_number() over (
            partition by events.object_id, events.occurred_at, case when events.target_user_id is null then 0 else 1 end
            order by {{ pql_byte_order('events.event_id') }} desc
        ) as rank_at_instant
    from events

),

targets as (

    select object_id, target_user_id as owner_id, occurred_at as valid_from
    from object_events
    where target_user_id is not null and rank_at_instant = 1

),

first_targets as (

    select object_id, min(valid_from) as valid_from
    from targets
    group by object_id

),

creators as (

    select object_events.object_id, object_events.user_id as owner_id, object_events.occurred_at as valid_from
    from object_events
    left join first_targets on object_events.object_id = first_targets.object_id
    where
        object_events.event_number = 1
        and (first_targets.valid_from is null or first_targets.valid_from > object_events.occurred_at)

),

owners as (

    select object_id, owner_id, valid_from from creators
    union all
    select object_id, owner_id, valid_from from targets

),

final as (

    select
        object_id,
        owner_id,
        valid_from,
        lead(valid_from) over (partition by object_id order by valid_from) as valid_to
    from owners

)

select * from final
