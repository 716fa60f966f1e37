-- One row per model version, entity, pillar, alternative and interval during which the alternative is held or unknown.
-- Its conditions are AND: held if all are held, unknown if none failed and one is unknown.
{{ config(materialized='view') }}
{%- set keys = ['model_id', 'model_version', 'entity_type', 'entity_id', 'pillar'] %}

with

pillars as (

    select * from {{ ref('pql_pillars') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

condition_history as (

    select * from {{ ref('int_pql__condition_history') }}
    where {{ pql_entity_is_touched(['entity_type', 'entity_id']) }}

),

entities as (

    select * from {{ ref('int_pql__entities') }}
    where {{ pql_entity_is_touched(['entity_type', 'entity_id']) }}

),

alternative_sizes as (

    select
        pillars.model_id,
        pillars.model_version,
        model_versions.entity_type,
        pillars.pillar,
        pillars.alternative,
        count(*) as condition_count
    from pillars
    inner join model_versions
        on pillars.model_id = model_versions.model_id and pillars.model_version = model_versions.model_version
    group by pillars.model_id, pillars.model_version, model_versions.entity_type, pillars.pillar, pillars.alternative

),

states as (

    select
        pillars.model_id,
        pillars.model_version,
        condition_history.entity_type,
        condition_history.entity_id,
        pillars.pillar,
        pillars.alternative,
        case when condition_history.state = 'held' then 1 else 0 end as held_count,
        case when condition_history.state = 'unknown' then 1 else 0 end as unknown_count,
        condition_history.valid_from,
        condition_history.valid_to
    from pillars
    inner join model_versions
        on pillars.model_id = model_versions.model_id and pillars.model_version = model_versions.model_version
    inner join condition_history
        on
            model_versions.entity_type = condition_history.entity_type
            and {{ pql_condition_id(
                'pillars.metric_id', 'pillars.lower', 'pillars.upper', 'coalesce(pillars.is_unknown, false)'
            ) }} = condition_history.condition_id

),

state_changes as (

    {{ pql_changes_of_intervals('states', keys + ['alternative'], ['held_count', 'unknown_count']) }}

),

condition_changes as (

    select *, 0 as is_open
    from state_changes

    union all

    select
        alternative_sizes.model_id,
        alternative_sizes.model_version,
        alternative_sizes.entity_type,
        entities.entity_id,
        alternative_sizes.pillar,
        alternative_sizes.alternative,
        entities.started_at as changed_at,
        0 as held_count,
        0 as unknown_count,
        1 as is_open
    from alternative_sizes
    inner join entities on alternative_sizes.entity_type = entities.entity_type

),

condition_counts as (

    {{ pql_intervals_of_changes('condition_changes', keys + ['alternative'], ['held_count', 'unknown_count']) }}

),

final as (

    select
        condition_counts.model_id,
        condition_counts.model_version,
        condition_counts.entity_type,
        condition_counts.entity_id,
        condition_counts.pillar,
        case when condition_counts.unknown_count = 0 then 1 else 0 end as held_count,
        case when condition_counts.unknown_count > 0 then 1 else 0 end as unknown_count,
        condition_counts.valid_from,
        condition_counts.valid_to
    from condition_counts
    inner join alternative_sizes
        on
            condition_counts.model_id = alternative_sizes.model_id
            and condition_counts.model_version = alternative_sizes.model_version
            and condition_counts.pillar = alternative_sizes.pillar
            and condition_counts.alternative = alternative_sizes.alternative
            and condition_counts.held_count + condition_counts.unknown_count = alternative_sizes.condition_count

)

select * from final
