-- One row per model, trigger, entity and unbroken interval during which the trigger keeps the entity hot.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
with

hits as (

    select * from {{ ref('int_pql__hot_hits') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

hot_intervals as (

    select
        model_id,
        trigger_id,
        entity_type,
        entity_id,
        hit_at as valid_from,
        hot_until as valid_to
    from hits

),

final as (

    {{ pql_merged_intervals('hot_intervals', ['model_id', 'trigger_id', 'entity_type', 'entity_id']) }}

)

select * from final
