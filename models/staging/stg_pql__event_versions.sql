-- One row per event and content: every version of an event that was ever sent, once.
-- Nearly all events have a single version: only the others are hashed and ranked.
with

rows_in as (

    select * from {{ ref('base_pql__events') }}
    where is_acceptable

),

keys_sent_again as (

    select event_key
    from rows_in
    group by event_key
    having count(*) > 1

),

sent_again as (

    select
        rows_in.*,
        {{ pql_content_hash('events') }} as content_hash
    from rows_in
    where event_key in (select keys_sent_again.event_key from keys_sent_again)

),

-- the same content again is a repeat of its first load
repeats_counted as (

    select
        sent_again.*,
        row_number() over (
            partition by event_key, content_hash order by loaded_at nulls first
        ) as load_number
    from sent_again

),

-- of other contents in the same load, the first is kept
conflicts_counted as (

    select
        repeats_counted.*,
        row_number() over (
            partition by event_key, loaded_at
            order by
                {{ pql_byte_order('event_name') }},
                {{ pql_byte_order('user_id') }},
                {{ pql_byte_order('content_hash') }}
        ) > 1 as is_conflict
    from repeats_counted
    where load_number = 1

),

-- the newest load holds
ranked as (

    select
        conflicts_counted.*,
        not is_conflict and row_number() over (
            partition by event_key, is_conflict order by loaded_at desc nulls last
        ) = 1 as is_current
    from conflicts_counted

),

sent_once as (

    select rows_in.*
    from rows_in
    left join keys_sent_again on rows_in.event_key = keys_sent_again.event_key
    where keys_sent_again.event_key is null

),
{% set columns = [
    'event_key', 'user_id', 'account_id', 'object_id', 'target_user_id', 'event_name', 'properties',
    'is_deleted', 'occurred_at', 'loaded_at',
] %}
versions as (

    select {{ columns | join(', ') }}, is_conflict, is_current
    from ranked

    union all

    select {{ columns | join(', ') }}, false as is_conflict, true as is_current
    from sent_once

),

final as (

    select
        -- ids
        event_key as event_id,
        user_id,
        account_id,
        object_id,
        target_user_id,

        -- strings
        event_name,
        properties,

        -- booleans
        coalesce(is_deleted, false) as is_deleted,
        is_conflict,
        is_current,
        coalesce(occurred_at > loaded_at, false) as is_clamped,

        -- timestamps
        occurred_at as stated_at,
        case when occurred_at > loaded_at then loaded_at else occurred_at end as occurred_at,
        loaded_at
    from versions

)

select * from final
