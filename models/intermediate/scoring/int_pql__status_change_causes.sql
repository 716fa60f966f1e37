-- One row per change of status: the trigger, the pillars and the rule that began or ended at the same instant.
-- Of several the first in byte order; of rules the one with the largest change in the direction the score moved.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}

with

-- the number names a change within this run: sorting by it is faster than by the texts it stands for
status_changes as (

    select
        *,
        sign(score_after - score_before) as direction,
        row_number() over (order by model_id, entity_type, entity_id, transitioned_at) as change_number
    from {{ ref('int_pql__status_changes') }}
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

-- a trigger is that of a model, whichever version is in force
causes as (

    select
        model_id, cast(null as bigint) as model_version, entity_type, entity_id, valid_from, valid_to,
        'trigger' as kind, trigger_id as cause, 1 as weight
    from hot_history

    union all

    select
        model_id, model_version, entity_type, entity_id, valid_from, valid_to,
        'pillar' as kind, pillar as cause, 1 as weight
    from pillar_history

    union all

    select
        model_id, model_version, entity_type, entity_id, valid_from, valid_to,
        'rule' as kind, rule_id as cause, points as weight
    from rule_history

),

-- where a cause begins it adds its weight, where it ends it takes it away
cause_changes as (

    {{ pql_changes_of_intervals('causes', ['model_id', 'model_version', 'entity_type', 'entity_id', 'kind', 'cause'], ['weight']) }}

),

-- place: of one kind at one change, in the order in which they moved the score the way it went
simultaneous as (

    select
        status_changes.change_number,
        cause_changes.kind,
        cause_changes.cause,
        sum(cause_changes.weight) as weight,
        row_number() over (
            partition by status_changes.change_number, cause_changes.kind
            order by sum(cause_changes.weight) * status_changes.direction desc, {{ pql_byte_order('cause_changes.cause') }}
        ) as place
    from status_changes
    inner join cause_changes
        on
            {{ pql_same_key('status_changes', 'cause_changes', ['model_id', 'entity_type', 'entity_id']) }}
            and status_changes.model_version = coalesce(cause_changes.model_version, status_changes.model_version)
            and status_changes.transitioned_at = cause_changes.changed_at
    group by status_changes.change_number, status_changes.direction, cause_changes.kind, cause_changes.cause

),

named as (

    select
        change_number,
        coalesce(
            min(case when kind = 'trigger' and weight > 0 then {{ pql_byte_order('cause') }} end),
            min(case when kind = 'trigger' then {{ pql_byte_order('cause') }} end)
        ) as trigger_id,
        min(case when kind = 'pillar' and weight > 0 then {{ pql_byte_order('cause') }} end) as pillar_gained,
        min(case when kind = 'pillar' and weight < 0 then {{ pql_byte_order('cause') }} end) as pillar_lost,
        min(case when kind = 'rule' and place = 1 then cause end) as rule_id
    from simultaneous
    group by change_number

),

final as (

    select
        status_changes.model_id,
        status_changes.entity_type,
        status_changes.entity_id,
        status_changes.transitioned_at,
        named.trigger_id,
        named.pillar_gained,
        named.pillar_lost,
        named.rule_id
    from status_changes
    left join named on status_changes.change_number = named.change_number

)

select * from final
