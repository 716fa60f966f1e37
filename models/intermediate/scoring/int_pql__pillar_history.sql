-- One row per model version, entity, pillar and interval during which the pillar is held or unknown; it is failed in between.
-- Alternatives are OR: held if one is held, else unknown if one is unknown.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
{%- set keys = ['model_id', 'model_version', 'entity_type', 'entity_id', 'pillar'] %}

with

alternatives as (

    select * from {{ ref('int_pql__pillar_alternatives') }}

),

alternative_changes as (

    {{ pql_changes_of_intervals('alternatives', keys, ['held_count', 'unknown_count']) }}

),

open_alternative_changes as (

    select *, held_count + unknown_count as is_open
    from alternative_changes

),

alternative_counts as (

    {{ pql_intervals_of_changes('open_alternative_changes', keys, ['held_count', 'unknown_count']) }}

),

pillar_states as (

    select
        *,
        case when held_count > 0 then 'held' else 'unknown' end as state
    from alternative_counts

),

final as (

    {{ pql_merged_intervals('pillar_states', keys + ['state']) }}

)

select * from final
