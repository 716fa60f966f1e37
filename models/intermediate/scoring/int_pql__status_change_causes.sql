-- One row per change of status: the trigger, the pillars and the rule that began or ended at the same instant.
-- Of several the first in byte order; of rules the one with the largest change in the direction the score moved.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}

with

status_changes as (

    select * from {{ ref('int_pql__status_changes') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

hot_history as (

    select * from {{ ref('int_pql__hot_history') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

pillar_history as (

    select * from {{ ref('int_pql__pillar_history') }}
    where state = 'held' and {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

rule_history as (

    select * from {{ ref('int_pql__rule_history') }}
    where points <> 0 and {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

triggers as (

    select
        status_changes.model_id,
        status_changes.entity_id,
        status_changes.transitioned_at,
        coalesce(
            min(case
                when hot_history.valid_from = status_changes.transitioned_at
                    then {{ pql_byte_order('hot_history.trigger_id') }}
            end),
            min({{ pql_byte_order('hot_history.trigger_id') }})
        ) as trigger_id
    from status_changes
    inner join hot_history
        on
            status_changes.model_id = hot_history.model_id
            and status_changes.entity_type = hot_history.entity_type
            and status_changes.entity_id = hot_history.entity_id
            and status_changes.transitioned_at in (hot_history.valid_from, hot_history.valid_to)
    group by status_changes.model_id, status_changes.entity_id, status_changes.transitioned_at

),

pillars as (

    select
        status_changes.model_id,
        status_changes.entity_id,
        status_changes.transitioned_at,
        min(case
            when pillar_history.valid_from = status_changes.transitioned_at
                then {{ pql_byte_order('pillar_history.pillar') }}
        end) as pillar_gained,
        min(case
            when pillar_history.valid_to = status_changes.transitioned_at
                then {{ pql_byte_order('pillar_history.pillar') }}
        end) as pillar_lost
    from status_changes
    inner join pillar_history
        on
            status_changes.model_id = pillar_history.model_id
            and status_changes.model_version = pillar_history.model_version
            and status_changes.entity_id = pillar_history.entity_id
            and status_changes.transitioned_at in (pillar_history.valid_from, pillar_history.valid_to)
    group by status_changes.model_id, status_changes.entity_id, status_changes.transitioned_at

),

rule_changes as (

    select
        status_changes.model_id,
        status_changes.entity_id,
        status_changes.transitioned_at,
        rule_history.rule_id,
        sum(
            case
                when rule_history.valid_from = status_changes.transitioned_at then rule_history.points
                else -rule_history.points
            end
            * sign(status_changes.score_after - status_changes.score_before)
        ) as points_in_direction
    from status_changes
    inner join rule_history
        on
            status_changes.model_id = rule_history.model_id
            and status_changes.model_version = rule_history.model_version
            and status_changes.entity_id = rule_history.entity_id
            and status_changes.transitioned_at in (rule_history.valid_from, rule_history.valid_to)
    group by
        status_changes.model_id, status_changes.entity_id, status_changes.transitioned_at, rule_history.rule_id

),

rules as (

    select
        model_id,
        entity_id,
        transitioned_at,
        rule_id,
        row_number() over (
            partition by model_id, entity_id, transitioned_at
            order by points_in_direction desc, {{ pql_byte_order('rule_id') }}
        ) as rank_of_rule
    from rule_changes

),

final as (

    select
        status_changes.model_id,
        status_changes.entity_type,
        status_changes.entity_id,
        status_changes.transitioned_at,
        triggers.trigger_id,
        pillars.pillar_gained,
        pillars.pillar_lost,
        rules.rule_id
    from status_changes
    left join triggers
        on
            status_changes.model_id = triggers.model_id
            and status_changes.entity_id = triggers.entity_id
            and status_changes.transitioned_at = triggers.transitioned_at
    left join pillars
        on
            status_changes.model_id = pillars.model_id
            and status_changes.entity_id = pillars.entity_id
            and status_changes.transitioned_at = pillars.transitioned_at
    left join rules
        on
            status_changes.model_id = rules.model_id
            and status_changes.entity_id = rules.entity_id
            and status_changes.transitioned_at = rules.transitioned_at
            and rules.rank_of_rule = 1

)

select * from final
