-- One row per raw event row that arrived in the pql_hot_arrival_hours before the newest staged one, or after it.
-- A row arrives when it was loaded, or, where nobody says when that was, when it happened.
{{ config(tags=['pql_hot']) }}
{%- set since = pql_hot_arrivals_since() %}
{%- set content = [
    'event_name', 'user_id', 'occurred_at', 'account_id', 'object_id', 'target_user_id', 'properties', 'is_deleted',
] %}

with

-- two conditions that engines skip rows by; put in one they would not
raw_events as (

    select * from {{ ref('base_pql__events') }}
    where loaded_at_stored >= {{ pql_zoned(since) }}

    union all

    select * from {{ ref('base_pql__events') }}
    where loaded_at_stored is null

),

raw_rows as (

    select
        event_key,
        event_name,
        user_id,
        occurred_at,
        account_id,
        object_id,
        target_user_id,
        coalesce(properties_given, properties) as properties,
        properties_given is null or properties is not null as are_properties_readable,
        coalesce(is_deleted, false) as is_deleted,
        is_acceptable,
        loaded_at,
        coalesce(loaded_at, occurred_at) as arrived_at
    from raw_events

),

arrived as (

    select raw_rows.*, {{ pql_digest(content) }} as content_digest
    from raw_rows
    where loaded_at >= {{ since }} or (loaded_at is null and occurred_at >= {{ since }})

),

-- What happened before that may be a repeat of what was staged long ago. Bounds of one column each: engines skip what lies
-- before them.
staged as (

    select event_id, content_digest, loaded_at
    from {{ ref('stg_pql__event_versions') }}
    where loaded_at >= {{ since }}

    union all

    select event_id, content_digest, {{ pql_since_ever() }} as loaded_at
    from {{ ref('stg_pql__event_versions') }}
    where loaded_at is null and stated_at >= {{ since }}

    union all

    select event_id, content_digest, loaded_at
    from {{ ref('stg_pql__event_versions') }}
    where loaded_at < {{ since }} and event_id in (select arrived.event_key from arrived where arrived.occurred_at < {{ since }})

),

final as (

    select
        -- ids
        arrived.event_key,
        arrived.user_id,
        arrived.account_id,
        arrived.object_id,
        arrived.target_user_id,

        -- strings
        arrived.event_name,
        arrived.properties,

        -- numerics
        arrived.content_digest,

        -- booleans
        arrived.is_acceptable,
        arrived.is_acceptable and staged.event_id is null as is_new,
        arrived.are_properties_readable,
        arrived.is_deleted,

        -- timestamps
        arrived.occurred_at,
        arrived.loaded_at,
        arrived.arrived_at
    from arrived
    left join staged
        on
            arrived.event_key = staged.event_id
            and arrived.content_digest = staged.content_digest
            and coalesce(arrived.loaded_at, {{ pql_since_ever() }}) >= staged.loaded_at

)

select * from final
