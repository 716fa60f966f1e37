-- One row per interval in which something moves a score: a rule's points, a held pillar, a hot trigger, an exclusion.
-- Pillars are numbers (the bit of each one) and exclusions their precedence, so that all of them can be summed.
{{ config(materialized='view') }}

with

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

rule_history as (

    select * from {{ ref('int_pql__rule_history') }}
    where points <> 0

),

pillar_history as (

    select * from {{ ref('int_pql__pillar_history') }}
    where state = 'held'

),

pillar_bits as (

    select * from {{ ref('int_pql__pillar_bits') }}

),

hot_history as (

    select * from {{ ref('int_pql__hot_history') }}

),

exclusions as (

    select * from {{ ref('int_pql__exclusions') }}

),

-- several triggers at once make an entity no hotter
hot as (

    {{ pql_merged_intervals('hot_history', ['model_id', 'entity_type', 'entity_id']) }}

),

final as (

    select
        model_id,
        model_version,
        entity_type,
        entity_id,
        valid_from,
        valid_to,
        {% for layer in pql_layers() -%}
        case when layer = '{{ layer }}' then points else 0 end as {{ layer }}_points,
        {% endfor -%}
        0 as held_pillars,
        0 as is_trigger_hot,
        0 as exclusion_precedence
    from rule_history

    union all

    select
        pillar_history.model_id,
        pillar_history.model_version,
        pillar_history.entity_type,
        pillar_history.entity_id,
        pillar_history.valid_from,
        pillar_history.valid_to,
        {% for layer in pql_layers() %}0, {% endfor %}
        pillar_bits.pillar_bit,
        0,
        0
    from pillar_history
    inner join pillar_bits
        on
            pillar_history.model_id = pillar_bits.model_id
            and pillar_history.model_version = pillar_bits.model_version
            and pillar_history.pillar = pillar_bits.pillar

    union all

    select
        model_versions.model_id,
        model_versions.model_version,
        hot.entity_type,
        hot.entity_id,
        hot.valid_from,
        hot.valid_to,
        {% for layer in pql_layers() %}0, {% endfor %}
        0,
        1,
        0
    from hot
    inner join model_versions on hot.model_id = model_versions.model_id and hot.entity_type = model_versions.entity_type

    union all

    select
        model_versions.model_id,
        model_versions.model_version,
        'user',
        exclusions.user_id,
        exclusions.valid_from,
        exclusions.valid_to,
        {% for layer in pql_layers() %}0, {% endfor %}
        0,
        0,
        exclusions.precedence
    from exclusions
    inner join model_versions on exclusions.model_id = model_versions.model_id and model_versions.entity_type = 'user'

)

select * from final
