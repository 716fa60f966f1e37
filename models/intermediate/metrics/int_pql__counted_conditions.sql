-- One row per entity, condition that needs the running count of its metric, and interval of one state.
{{ config(materialized='view') }}

with

counts as (

    select * from {{ ref('int_pql__metric_counts') }}
    where is_counted

),

conditions as (

    select * from {{ ref('int_pql__conditions') }}
    where is_counted

),

judged as (

    select
        counts.series_number,
        counts.entity_type,
        counts.entity_id,
        conditions.condition_id,
        {{ pql_condition_state('counts.value', 'counts.denominator', 'conditions') }} as state,
        {{ pql_condition_state('counts.value_before', 'counts.denominator_before', 'conditions') }} as state_before,
        counts.is_first,
        counts.valid_from
    from counts
    inner join conditions on counts.metric_id = conditions.metric_id

),

-- most values change without any condition noticing
final as (

    select
        entity_type,
        entity_id,
        condition_id,
        state,
        valid_from,
        lead(valid_from) over (partition by series_number, condition_id order by valid_from) as valid_to
    from judged
    where is_first or state <> state_before

)

select * from final
