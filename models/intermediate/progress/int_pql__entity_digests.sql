-- One row per entity ever seen: the digest of all it depends on, and the number of the change that brought it. A log, never dropped.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['entity_type', 'entity_id'],
    full_refresh=false,
) }}

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
        {{ pql_digest_of_many(pql_digest(['inputs.part', 'inputs.digest'])) }} || '/' || settings.digest as digest
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

changed as (

    select
        coalesce(now.entity_type, before.entity_type) as entity_type,
        coalesce(now.entity_id, before.entity_id) as entity_id,
        now.digest
    from now
    full join before on now.entity_type = before.entity_type and now.entity_id = before.entity_id
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
        last_change.change_number + 1 as change_number
    from changed
    cross join last_change

)
{%- else -%}
final as (

    select entity_type, entity_id, digest, cast(1 as bigint) as change_number
    from now

)
{%- endif %}

select * from final
