-- One row per model, user and change of status, with what tipped it.
{{ pql_rebuilt_whole(['user_id']) }}

with

status_changes as (

    select * from {{ ref('int_pql__status_changes') }}
    where entity_type = 'user' and {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

causes as (

    select * from {{ ref('int_pql__status_change_causes') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

final as (

    select
        status_changes.model_id,
        status_changes.model_version,
        status_changes.entity_id as user_id,
        status_changes.transitioned_at,
        status_changes.from_status,
        status_changes.to_status,
        case
            when status_changes.from_status is null then 'start'
            when status_changes.model_version <> status_changes.previous_version
                then 'version:' || cast(status_changes.model_version as varchar)
            when status_changes.to_status = 'excluded' then 'exclusion:' || status_changes.ineligibility_reason
            when status_changes.from_status = 'excluded' then 'exclusion:' || status_changes.previous_reason
            when
                'hot' in (status_changes.from_status, status_changes.to_status)
                and status_changes.is_trigger_hot <> status_changes.was_trigger_hot
                then 'trigger:' || causes.trigger_id
            when
                model_versions.qualification in ('pillars_and_score', 'pillars_only')
                and status_changes.has_every_pillar <> status_changes.had_every_pillar
                then 'pillar:' || case
                    when status_changes.has_every_pillar then causes.pillar_gained else causes.pillar_lost
                end
            else 'line:' || causes.rule_id
        end as cause,
        cast(status_changes.score_before as bigint) as score_before,
        cast(status_changes.score_after as bigint) as score_after
    from status_changes
    inner join model_versions
        on
            status_changes.model_id = model_versions.model_id
            and status_changes.model_version = model_versions.model_version
    left join causes
        on
            status_changes.model_id = causes.model_id
            and status_changes.entity_type = causes.entity_type
            and status_changes.entity_id = causes.entity_id
            and status_changes.transitioned_at = causes.transitioned_at

)

select * from final
