-- One row per proposal of a model with pillars: would every pillar be held?
{{ config(materialized='view') }}

with

proposals as (

    select * from {{ ref('int_pql__proposals') }}
    where {{ pql_entity_has_moved(['entity_id']) }}

),

pillars as (

    select
        pillars.*,
        {{ pql_condition_id('pillars.metric_id', 'pillars.lower', 'pillars.upper', 'coalesce(pillars.is_unknown, false)') }}
            as condition_id
    from {{ ref('pql_pillars') }} as pillars

),

conditions_now as (

    {{ pql_conditions_now() }}

),

alternatives as (

    select
        proposals.model_id,
        proposals.entity_id,
        proposals.metric_id,
        proposals.proposed_value,
        pillars.pillar,
        pillars.alternative,
        min(case
            when pillars.metric_id <> proposals.metric_id then coalesce(conditions_now.is_held, 0)
            when coalesce(pillars.is_unknown, false) then 0
            when {{ pql_is_in_band('proposals.proposed_value', 'pillars') }} then 1
            else 0
        end) as would_be_held
    from proposals
    inner join pillars
        on proposals.model_id = pillars.model_id and proposals.model_version = pillars.model_version
    left join conditions_now
        on proposals.entity_id = conditions_now.entity_id and pillars.condition_id = conditions_now.condition_id
    group by
        proposals.model_id, proposals.entity_id, proposals.metric_id, proposals.proposed_value,
        pillars.pillar, pillars.alternative

),

pillars_then as (

    select model_id, entity_id, metric_id, proposed_value, pillar, max(would_be_held) as would_be_held
    from alternatives
    group by model_id, entity_id, metric_id, proposed_value, pillar

),

final as (

    select model_id, entity_id, metric_id, proposed_value, min(would_be_held) as would_be_held
    from pillars_then
    group by model_id, entity_id, metric_id, proposed_value

)

select * from final
