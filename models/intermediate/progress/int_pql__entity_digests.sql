-- One row per entity ever seen: the digest of all it depends on, and the number of the change that brought it. A log, never dropped.
-- changed_from: nothing but events of the user changed, none before that instant.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['entity_type', 'entity_id'],
    full_refresh=false,
    pre_hook="{{ pql_add_columns({'digest_without_events': 'varchar', 'changed_from': 'timestamp'}) }}",
    post_hook="{{ pql_note_events_seen('int_pql__event_summaries') }}",
) }}
{%- if not execute %}{% do [ref('stg_pql__event_changes'), ref('stg_pql__progress')] %}{% endif %}
{%- set seen = pql_staging_seen() if execute and is_incremental() else none %}

with

entities as (

    select * from {{ ref('int_pql__entities') }}

),

inputs as (

    select * from {{ ref('int_pql__entity_inputs') }}

),

settings as (

    select * from {{ ref('int_pql__settings') }}

),

-- the digest of the rules and settings counts for everyone
now as (

    select
        entities.entity_type,
        entities.entity_id,
        {{ pql_digest_of_many(pql_digest(['inputs.part', 'inputs.digest'])) }} || '/' || settings.digest as digest,
        max(inputs.digest_without_events) || '/' || settings.digest as digest_without_events
    from entities
    cross join settings
    left join inputs
        on entities.entity_type = inputs.entity_type and entities.entity_id = inputs.entity_id
    group by entities.entity_type, entities.entity_id, settings.digest

),

{% if is_incremental() -%}
before as (

    select * from {{ this }}

),

changed_events as (

    select user_id, min(occurred_at) as changed_from
    from {{ ref('stg_pql__event_changes') }}
    where staging_number > {{ 'null' if seen is none else seen }}
    group by user_id

),

changed as (

    select
        coalesce(now.entity_type, before.entity_type) as entity_type,
        coalesce(now.entity_id, before.entity_id) as entity_id,
        now.digest,
        now.digest_without_events,
        case
            when now.entity_type = 'user' and now.digest_without_events = before.digest_without_events
                then changed_events.changed_from
        end as changed_from,
        -- a change that some model has not yet followed counts with this one
        before.change_number > {{ pql_common_progress() }} as is_behind,
        before.changed_from as changed_from_before
    from now
    full join before on now.entity_type = before.entity_type and now.entity_id = before.entity_id
    left join changed_events on now.entity_id = changed_events.user_id
    where
        now.digest <> before.digest
        or (now.digest is null and before.digest is not null)
        or (now.digest is not null and before.digest is null)

),

last_change as (

    select coalesce(max(change_number), 0) as change_number
    from before

),

final as (

    select
        changed.entity_type,
        changed.entity_id,
        changed.digest,
        last_change.change_number + 1 as change_number,
        changed.digest_without_events,
        case
            when not changed.is_behind or changed.changed_from <= changed.changed_from_before then changed.changed_from
            when changed.changed_from is not null then changed.changed_from_before
        end as changed_from
    from changed
    cross join last_change

)
{%- else -%}
final as (

    select
        entity_type,
        entity_id,
        digest,
        cast(1 as bigint) as change_number,
        digest_without_events,
        cast(null as timestamp) as changed_from
    from now

)
{%- endif %}

select * from final
