-- One row per model version, entity, pillar, alternative and interval during which the alternative is held or unknown.
-- Its conditions are AND: held if all are held, unknown if none failed and one is unknown.
{{ config(materialized='view') }}
{%- set alternative = ['model_id', 'model_version', 'entity_type', 'pillar', 'alternative'] %}
{%- set keys = alternative + ['entity_id'] %}

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

conditions as (

    select
        pillars.model_id,
        pillars.model_version,
        model_versions.entity_type,
        pillars.pillar,
        pillars.alternative,
        {{ pql_condition_id(
            'pillars.metric_id', 'pillars.lower', 'pillars.upper', 'coalesce(pillars.is_unknown, false)'
        ) }} as condition_id
    from pillars
    inner join model_versions
        on pillars.model_id = model_versions.model_id and pillars.model_version = model_versions.model_version

),

alternatives as (

    select {{ alternative | join(', ') }}, count(*) as condition_count
    from conditions
    group by {{ alternative | join(', ') }}

),

states as (

    select
        conditions.*,
        condition_history.entity_id,
        case when condition_history.state = 'held' then 1 else 0 end as held_count,
        case when condition_history.state = 'unknown' then 1 else 0 end as unknown_count,
        condition_history.valid_from,
        condition_history.valid_to
    from conditions
    inner join condition_history
        on
            conditions.entity_type = condition_history.entity_type
            and conditions.condition_id = condition_history.condition_id

),

state_changes as (

    {{ pql_changes_of_intervals('states', keys, ['held_count', 'unknown_count']) }}

),

-- none that is asked for is held or unknown before the entity begins
open_state_changes as (

    select *, held_count + unknown_count as is_open
    from state_changes

),

condition_counts as (

    {{ pql_intervals_of_changes('open_state_changes', keys, ['held_count', 'unknown_count']) }}

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
    inner join alternatives
        on
            {{ pql_same_key('condition_counts', 'alternatives', alternative) }}
            and condition_counts.held_count + condition_counts.unknown_count = alternatives.condition_count

)

select * from final
