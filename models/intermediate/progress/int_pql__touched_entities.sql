-- One row per entity that this run rebuilds: changed since the change up to which every model has progressed.
{%- set progress = pql_common_progress() %}

-- depends_on: {{ ref('stg_pql__progress') }}
with

entity_digests as (

    select * from {{ ref('int_pql__entity_digests') }}

),

final as (

    select entity_type, entity_id
    from entity_digests
    where change_number > {{ progress }}

)

select * from final
