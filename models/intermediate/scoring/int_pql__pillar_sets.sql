-- One row per model version and set of its pillars (the sum of their bits): which ones are in it and which are not, as text.
{{ config(materialized='view') }}

with

pillar_bits as (

    select * from {{ ref('int_pql__pillar_bits') }}

),

sizes as (

    select model_id, model_version, sum(pillar_bit) as every_pillar
    from pillar_bits
    group by model_id, model_version

),

-- ten pillars are the most a model can have: 1023 is all of their bits
numbers as (

    select number as pillar_set
    from generate_series(0, 1023) as numbers (number)

),

members as (

    select
        sizes.model_id,
        sizes.model_version,
        numbers.pillar_set,
        numbers.pillar_set = sizes.every_pillar as is_every_pillar,
        pillar_bits.pillar,
        cast(floor(numbers.pillar_set / pillar_bits.pillar_bit) as bigint) % 2 = 1 as is_in_set
    from sizes
    inner join numbers on sizes.every_pillar >= numbers.pillar_set
    inner join pillar_bits
        on sizes.model_id = pillar_bits.model_id and sizes.model_version = pillar_bits.model_version

),

final as (

    select
        model_id,
        model_version,
        pillar_set,
        is_every_pillar,
        {{ pql_list_text('case when is_in_set then pillar end', pql_byte_order('pillar')) }} as pillars_held,
        {{ pql_list_text('case when not is_in_set then pillar end', pql_byte_order('pillar')) }} as pillars_missing
    from members
    group by model_id, model_version, pillar_set, is_every_pillar

)

select * from final
