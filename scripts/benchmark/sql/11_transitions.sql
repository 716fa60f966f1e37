-- Changes of status, and what tipped them.

create table pql_transitions as
with previous as (
    select
        model_id, user_no, valid_from as transitioned_at, status as to_status, score as score_after,
        precedence,
        pillars = 7 as has_all,
        coalesce(qualified_by in ('trigger', 'both'), false) as is_trigger_hot,
        lag(status) over in_order as from_status, lag(score) over in_order as score_before,
        lag(precedence) over in_order as precedence_before,
        lag(pillars = 7) over in_order as had_all,
        lag(coalesce(qualified_by in ('trigger', 'both'), false)) over in_order as was_trigger_hot
    from history
    window in_order as (partition by model_id, user_no order by valid_from)
),
changes as (
    select
        *,
        case
            when from_status is null then 'start'
            when 'excluded' in (from_status, to_status) then 'exclusion'
            when 'hot' in (from_status, to_status) and is_trigger_hot <> was_trigger_hot
                then 'trigger'
            when model_id <> 'weighted_000' and has_all <> had_all then 'pillar'
            else 'line'
        end as kind
    from previous
    where from_status is distinct from to_status
),
triggers as (
    select changes.model_id, changes.user_no, transitioned_at,
        coalesce(min(key) filter (valid_from = transitioned_at), min(key)) as name
    from changes inner join hot_history
        on changes.user_no = hot_history.user_no
        and transitioned_at in (hot_history.valid_from, hot_history.valid_to)
    where kind = 'trigger'
    group by all
),
pillars as (
    select changes.model_id, changes.user_no, transitioned_at, min(pillar) as name
    from changes
    inner join conditions using (user_no)
    inner join (
        values
            ('pillars_003', 'activated', 'activation'), ('pillars_003', 'fit', 'fit'),
            ('pillars_003', 'sessions_3', 'usage'),
            ('simple_and_004', 'activated', 'activation'),
            ('simple_and_004', 'invites_2', 'invites'),
            ('simple_and_004', 'sessions_3', 'usage')
    ) as pillar_conditions (model_id, key, pillar)
        on changes.model_id = pillar_conditions.model_id
        and conditions.key = cast(pillar_conditions.key as condition)
    where kind = 'pillar' and transitioned_at = if(has_all, valid_from, valid_to)
    group by all
),
rule_changes as (
    select changes.model_id, changes.user_no, transitioned_at, rule_id as name,
        sum(if(valid_from = transitioned_at, points, -points) * sign(score_after - score_before))
            as points
    from changes inner join rule_lines using (model_id, user_no)
    where kind = 'line' and points <> 0 and transitioned_at in (valid_from, valid_to)
    group by all
),
names as (
    from triggers
    union all
    from pillars
    union all
    select model_id, user_no, transitioned_at, name from rule_changes
    qualify row_number()
        over (partition by model_id, user_no, transitioned_at order by points desc, name) = 1
)
select
    model_id, cast(1 as bigint) as model_version, user_id, transitioned_at, from_status, to_status,
    case kind
        when 'start' then 'start'
        when 'exclusion' then 'exclusion:' || reason
        else kind || ':' || name
    end as cause,
    cast(score_before as bigint) as score_before, cast(score_after as bigint) as score_after
from changes
inner join people using (user_no)
left join names using (model_id, user_no, transitioned_at)
left join reasons
    on if(to_status = 'excluded', changes.precedence, precedence_before) = reasons.precedence;
