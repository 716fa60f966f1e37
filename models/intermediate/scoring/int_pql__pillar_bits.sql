-- One row per model version and pillar: the power of two that stands for the pillar in a set of pillars.
{{ config(materialized='view') }}

with

pillars as (

    select distinct model_id, model_version, pillar
    from {{ ref('pql_pillars') }}

),

final as (

    select
        model_id,
        model_version,
        pillar,
        cast(power(2, row_number() over (
            partition by model_id, model_version order by {{ pql_byte_order('pillar') }}
        ) - 1) as bigint) as pillar_bit
    from pillars

)

select * from final
