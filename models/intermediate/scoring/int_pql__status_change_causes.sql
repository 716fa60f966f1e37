-- One row per change of status: the trigger, the pillars and the rule that began or ended at the same instant.
-- Of several the first in byte order; of rules the one with the largest change in the direction the score moved.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
{%- set change = ['model_id', 'entity_type', 'entity_id', 'transitioned_at'] %}

with

status_changes as (

    select *, sign(score_after - score_before) as direction
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

    {{ pql_changes_of_intervals(
        'causes', ['model_id', 'model_version', 'entity_type', 'entity_id', 'kind', 'cause'], ['weight']
    ) }}

),

simultaneous as (

    select
        {% for column in change %}status_changes.{{ column }}, {% endfor %}
        status_changes.direction,
        cause_changes.kind,
        cause_changes.cause,
        sum(cause_changes.weight) as weight
    from status_changes
    inner join cause_changes
        on
            {{ pql_same_key('status_changes', 'cause_changes', ['model_id', 'entity_type', 'entity_id']) }}
            and status_changes.model_version = coalesce(cause_changes.model_version, status_changes.model_version)
            and status_changes.transitioned_at = cause_changes.changed_at
    group by
        {% for column in change %}status_changes.{{ column }}, {% endfor %}
        status_changes.direction, cause_changes.kind, cause_changes.cause

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ change | join(', ') }}, kind
            order by weight * direction desc, {{ pql_byte_order('cause') }}
        ) as place
    from simultaneous

),

final as (

    select
        {% for column in change %}status_changes.{{ column }}, {% endfor %}
        coalesce(
            min(case when ranked.kind = 'trigger' and ranked.weight > 0 then {{ pql_byte_order('ranked.cause') }} end),
            min(case when ranked.kind = 'trigger' then {{ pql_byte_order('ranked.cause') }} end)
        ) as trigger_id,
        min(case when ranked.kind = 'pillar' and ranked.weight > 0 then {{ pql_byte_order('ranked.cause') }} end) as pillar_gained,
        min(case when ranked.kind = 'pillar' and ranked.weight < 0 then {{ pql_byte_order('ranked.cause') }} end) as pillar_lost,
        min(case when ranked.kind = 'rule' and ranked.place = 1 then ranked.cause end) as rule_id
    from status_changes
    left join ranked on {{ pql_same_key('status_changes', 'ranked', change) }}
    group by {% for column in change %}status_changes.{{ column }}{{ ', ' if not loop.last }}{% endfor %}

)

select * from final
