-- One row per interval in which something moves a score: a rule's points, a held pillar, a hot trigger, an exclusion.
-- Pillars are numbers (the bit of each one) and exclusions their precedence, so that all of them can be summed.
{{ config(materialized='view') }}
{%- set no_points %}{% for layer in pql_layers() %}0, {% endfor %}{% endset %}

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

-- triggers and exclusions are those of a model: they move its score whichever version is in force
of_models as (

    select model_id, entity_type, entity_id, valid_from, valid_to, 1 as is_trigger_hot, 0 as exclusion_precedence
    from hot

    union all

    select model_id, 'user', user_id, valid_from, valid_to, 0, precedence
    from exclusions

),

final as (

    select
        model_id, model_version, entity_type, entity_id, valid_from, valid_to,
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
        {{ no_points }}
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
        of_models.entity_type,
        of_models.entity_id,
        of_models.valid_from,
        of_models.valid_to,
        {{ no_points }}
        0,
        of_models.is_trigger_hot,
        of_models.exclusion_precedence
    from of_models
    inner join model_versions
        on of_models.model_id = model_versions.model_id and of_models.entity_type = model_versions.entity_type

)

select * from final
