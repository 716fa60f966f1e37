-- One row per interval of int_pql__score_sums: the score after the caps of its layers, beside what the model asks for.
{{ config(materialized='view') }}
{%- set columns = [
    'model_id', 'model_version', 'entity_type', 'entity_id', 'valid_from', 'valid_to', 'held_pillars', 'is_trigger_hot',
    'exclusion_precedence',
] %}

with

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

pillar_sets as (

    select * from {{ ref('int_pql__pillar_sets') }}

),

sums as (

    select * from {{ ref('int_pql__score_sums') }}

),

final as (

    select
        {% for column in columns -%}
        sums.{{ column }},
        {% endfor -%}
        {% for layer in pql_layers() -%}
        sums.{{ layer }}_points,
        {% endfor -%}
        model_versions.qualification,
        model_versions.pql_threshold,
        model_versions.hot_threshold,
        coalesce(pillar_sets.is_every_pillar, true) as is_every_pillar_held,
        pillar_sets.pillars_held,
        pillar_sets.pillars_missing,
        {{ pql_capped_score() }} as capped_score
    from sums
    inner join model_versions
        on sums.model_id = model_versions.model_id and sums.model_version = model_versions.model_version
    left join pillar_sets
        on
            sums.model_id = pillar_sets.model_id
            and sums.model_version = pillar_sets.model_version
            and sums.held_pillars = pillar_sets.pillar_set

)

select * from final
