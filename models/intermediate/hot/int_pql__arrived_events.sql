-- One row per raw event row that arrived in the pql_hot_arrival_hours before the newest staged one, or after it.
-- A row arrives when it was loaded, or, where nobody says when that was, when it happened.
{{ config(tags=['pql_hot']) }}
{%- set since = pql_hot_arrivals_since() %}
{%- set content = [
    'event_name', 'user_id', 'occurred_at', 'account_id', 'object_id', 'target_user_id', 'properties', 'is_deleted',
] %}

with

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
    from {{ ref('base_pql__events') }}

),

final as (

    select
        -- ids
        event_key,
        user_id,
        account_id,
        object_id,
        target_user_id,

        -- strings
        event_name,
        properties,

        -- numerics
        {{ pql_digest(content) }} as content_digest,

        -- booleans
        is_acceptable,
        are_properties_readable,
        is_deleted,

        -- timestamps
        occurred_at,
        loaded_at,
        arrived_at
    from raw_rows
    where loaded_at >= {{ since }} or (loaded_at is null and occurred_at >= {{ since }})

)

select * from final
