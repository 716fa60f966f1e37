-- One row per model, user and change of status, with what tipped it.
with

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where entity_type = 'user'

),

pillar_history as (

    select * from {{ ref('int_pql__pillar_history') }}
    where entity_type = 'user' and state = 'held'

),

hot_history as (

    select * from {{ ref('int_pql__hot_history') }}
    where entity_type = 'user'

),

rule_history as (

    select * from {{ ref('int_pql__rule_history') }}
    where entity_type = 'user' and points <> 0

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

with_previous as (

    select
        model_id,
        model_version,
        entity_id as user_id,
        valid_from as transitioned_at,
        status as to_status,
        score as score_after,
        pillars_missing is null as has_pillars,
        ineligibility_reason,
        coalesce(qualified_by in ('trigger', 'both'), false) as is_trigger_hot,
        lag(model_version) over in_order as previous_version,
        lag(status) over in_order as from_status,
        lag(score) over in_order as score_before,
        lag(pillars_missing is null) over in_order as had_pillars,
        lag(ineligibility_reason) over in_order as previous_reason,
        lag(coalesce(qualified_by in ('trigger', 'both'), false)) over in_order as was_trigger_hot
    from status_history
    window in_order as (partition by model_id, entity_id order by valid_from)

),

transitions as (

    select * from with_previous
    where from_status is null or from_status <> to_status

),

-- what began or ended at the same instant
trigger_causes as (

    select
        transitions.model_id,
        transitions.user_id,
        transitions.transitioned_at,
        coalesce(
            min(case when hot_history.valid_from = transitions.transitioned_at then {{ pql_byte_order('hot_history.trigger_id') }} end),
            min({{ pql_byte_order('hot_history.trigger_id') }})
        ) as trigger_id
    from transitions
    inner join hot_history
        on
            transitions.model_id = hot_history.model_id
            and transitions.user_id = hot_history.entity_id
            and transitions.transitioned_at in (hot_history.valid_from, hot_history.valid_to)
    group by transitions.model_id, transitions.user_id, transitions.transitioned_at

),

pillar_causes as (

    select
        transitions.model_id,
        transitions.user_id,
        transitions.transitioned_at,
        min(case when pillar_history.valid_from = transitions.transitioned_at then {{ pql_byte_order('pillar_history.pillar') }} end)
            as pillar_gained,
        min(case when pillar_history.valid_to = transitions.transitioned_at then {{ pql_byte_order('pillar_history.pillar') }} end)
            as pillar_lost
    from transitions
    inner join pillar_history
        on
            transitions.model_id = pillar_history.model_id
            and transitions.model_version = pillar_history.model_version
            and transitions.user_id = pillar_history.entity_id
            and transitions.transitioned_at in (pillar_history.valid_from, pillar_history.valid_to)
    group by transitions.model_id, transitions.user_id, transitions.transitioned_at

),

line_changes as (

    select
        transitions.model_id,
        transitions.user_id,
        transitions.transitioned_at,
        rule_history.rule_id,
        sum(
            case when rule_history.valid_from = transitions.transitioned_at then rule_history.points else -rule_history.points end
            * sign(transitions.score_after - transitions.score_before)
        ) as points_in_direction
    from transitions
    inner join rule_history
        on
            transitions.model_id = rule_history.model_id
            and transitions.model_version = rule_history.model_version
            and transitions.user_id = rule_history.entity_id
            and transitions.transitioned_at in (rule_history.valid_from, rule_history.valid_to)
    group by transitions.model_id, transitions.user_id, transitions.transitioned_at, rule_history.rule_id

),

line_causes as (

    select
        model_id,
        user_id,
        transitioned_at,
        rule_id,
        row_number() over (
            partition by model_id, user_id, transitioned_at
            order by points_in_direction desc, {{ pql_byte_order('rule_id') }}
        ) as rank_at_instant
    from line_changes

),

with_cause as (

    select
        transitions.*,
        case
            when transitions.from_status is null then 'start'
            when transitions.model_version <> transitions.previous_version
                then 'version:' || cast(transitions.model_version as varchar)
            when transitions.to_status = 'excluded' then 'exclusion:' || transitions.ineligibility_reason
            when transitions.from_status = 'excluded' then 'exclusion:' || transitions.previous_reason
            when
                'hot' in (transitions.from_status, transitions.to_status)
                and transitions.is_trigger_hot <> transitions.was_trigger_hot
                then 'trigger:' || trigger_causes.trigger_id
            when
                model_versions.qualification in ('pillars_and_score', 'pillars_only')
                and transitions.has_pillars <> transitions.had_pillars
                then 'pillar:'
                    || case when transitions.has_pillars then pillar_causes.pillar_gained else pillar_causes.pillar_lost end
            else 'line:' || line_causes.rule_id
        end as cause
    from transitions
    inner join model_versions
        on transitions.model_id = model_versions.model_id and transitions.model_version = model_versions.model_version
    left join trigger_causes
        on
            transitions.model_id = trigger_causes.model_id
            and transitions.user_id = trigger_causes.user_id
            and transitions.transitioned_at = trigger_causes.transitioned_at
    left join pillar_causes
        on
            transitions.model_id = pillar_causes.model_id
            and transitions.user_id = pillar_causes.user_id
            and transitions.transitioned_at = pillar_causes.transitioned_at
    left join line_causes
        on
            transitions.model_id = line_causes.model_id
            and transitions.user_id = line_causes.user_id
            and transitions.transitioned_at = line_causes.transitioned_at
            and line_causes.rank_at_instant = 1

),

final as (

    select
        model_id,
        model_version,
        user_id,
        transitioned_at,
        from_status,
        to_status,
        cause,
        cast(score_before as bigint) as score_before,
        cast(score_after as bigint) as score_after
    from with_cause

)

select * from final
