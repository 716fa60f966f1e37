-- One row per interval of int_pql__score_sums: the score after the caps of its layers, beside what the model asks for.
{{ config(materialized='view') }}

with

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

pillar_bits as (

    select * from {{ ref('int_pql__pillar_bits') }}

),

sums as (

    select * from {{ ref('int_pql__score_sums') }}

),

pillar_sets as (

    select model_id, model_version, sum(pillar_bit) as every_pillar
    from pillar_bits
    group by model_id, model_version

),

final as (

    select
        sums.*,
        model_versions.qualification,
        model_versions.pql_threshold,
        model_versions.hot_threshold,
        sums.held_pillars = coalesce(pillar_sets.every_pillar, 0) as is_every_pillar_held,
        {% for layer in pql_layers() -%}
        sums.{{ layer }}_points + {{ pql_cap_adjustment(layer) }}{{ ' + ' if not loop.last }}
        {% endfor -%}
        as capped_score
    from sums
    inner join model_versions
        on sums.model_id = model_versions.model_id and sums.model_version = model_versions.model_version
    left join pillar_sets
        on sums.model_id = pillar_sets.model_id and sums.model_version = pillar_sets.model_version

)

select * from final
