-- Scores at every instant.

create temp table history as
with sums as (
    select
        model_id, user_no, changed_at as valid_from,
        coalesce(sum(sum(activation)) over in_order, 0) as activation,
        coalesce(sum(sum(usage)) over in_order, 0) as usage,
        coalesce(sum(sum(fit)) over in_order, 0) as fit,
        coalesce(sum(sum(intent)) over in_order, 0) as intent,
        coalesce(sum(sum(pillars)) over in_order, 0) as pillars,
        coalesce(sum(sum(hot)) over in_order, 0) as hot,
        coalesce(sum(sum(precedence)) over in_order, 0) as precedence
    from moves
    group by model_id, user_no, changed_at
    window in_order as (partition by model_id, user_no order by changed_at)
),
capped as (
    select
        *,
        if(
            model_id = 'pillars_003',
            least(activation, 30) + least(usage, 30) + least(fit, 25) + least(intent, 30),
            activation + usage + fit + intent
        ) as capped_score,
        case model_id
            when 'pillars_003' then capped_score >= 50 and pillars = 7
            when 'weighted_000' then capped_score >= 60
            else pillars = 7
        end and precedence = 0 as is_qualified,
        hot > 0 and precedence = 0 as is_trigger_hot
    from sums
),
judged as (
    select
        model_id, user_no, valid_from, if(precedence = 0, capped_score, 0) as score, capped_score,
        activation, usage, fit, intent, pillars,
        precedence, is_qualified,
        case
            when precedence > 0 then 'excluded'
            when
                is_trigger_hot
                or (is_qualified and model_id = 'pillars_003' and capped_score >= 70)
                then 'hot'
            when is_qualified then 'pql'
            when model_id = 'pillars_003' and capped_score >= 50 then 'candidate'
            else 'not_qualified'
        end as status,
        case
            when is_qualified and is_trigger_hot then 'both'
            when is_qualified then 'score'
            when is_trigger_hot then 'trigger'
        end as qualified_by
    from capped
),
changed as (
    select * from judged
    qualify
        row(score, activation, usage, fit, intent, pillars, precedence, status, qualified_by)
        is distinct from
        lag(row(score, activation, usage, fit, intent, pillars, precedence, status, qualified_by))
            over (partition by model_id, user_no order by valid_from)
)
select *, lead(valid_from) over (partition by model_id, user_no order by valid_from) as valid_to
from changed;

create temp table reasons (precedence integer, reason varchar);
insert into reasons values
    (1, 'erased'), (2, 'no_consent'), (3, 'bot'), (4, 'internal'), (5, 'competitor'),
    (6, 'customer'), (7, 'open_opportunity'), (8, 'disqualified');

create temp table pillar_names as
with sets as (
    select model_id, pillars, list_filter(
        [{'pillar': first, 'bit': 1}, {'pillar': second, 'bit': 2}, {'pillar': third, 'bit': 4}],
        lambda one: one.pillar is not null
    ) as all_pillars
    from (
        values ('pillars_003', 'activation', 'fit', 'usage'),
        ('simple_and_004', 'activation', 'invites', 'usage')
    ) as models (model_id, first, second, third)
    cross join generate_series(0, 7) as numbers (pillars)
)
select
    model_id, pillars,
    nullif(array_to_string([one.pillar for one in all_pillars if pillars & one.bit > 0], ', '), '')
        as pillars_held,
    nullif(array_to_string([one.pillar for one in all_pillars if pillars & one.bit = 0], ', '), '')
        as pillars_missing
from sets;

create table pql_score_history as
select
    model_id, cast(1 as bigint) as model_version, user_id, valid_from, valid_to, status,
    status in ('pql', 'hot') as is_pql,
    status = 'hot' as is_hot, cast(score as bigint) as score,
    cast(activation as bigint) as activation_points,
    cast(usage as bigint) as usage_points, cast(fit as bigint) as fit_points,
    cast(intent as bigint) as intent_points,
    cast(0 as bigint) as other_points,
    cast(score - activation - usage - fit - intent as bigint) as adjustment_points,
    pillars_held, pillars_missing, qualified_by, reason as ineligibility_reason
from history
inner join people using (user_no)
left join pillar_names using (model_id, pillars)
left join reasons using (precedence);

create table pql_score_ledger as
with adjustments as (
    -- only intent can exceed its cap, and nothing is worth less than 0
    select user_no,
        {'model_id': model_id, 'line_id': 'cap_intent', 'layer': 'intent', 'points': 30 - intent}
            as key, valid_from, valid_to
    from history where model_id = 'pillars_003' and intent > 30
    union all
    select user_no,
        {'model_id': model_id, 'line_id': 'exclusion', 'layer': null, 'points': -capped_score},
        valid_from, valid_to
    from history where precedence > 0 and capped_score > 0
),
lines as (
    select user_no, model_id, rule_id as line_id, 'rule' as line_type, layer, points, metric_id,
        valid_from, valid_to
    from rule_lines
    union all
    select
        user_no, key.model_id, key.line_id, if(key.line_id = 'exclusion', 'exclusion', 'cap'),
        key.layer, key.points, null,
        valid_from, valid_to
    from merged(adjustments)
)
select
    model_id, cast(1 as bigint) as model_version, user_id, line_id, line_type, layer,
    cast(points as bigint) as points, metric_id,
    valid_from, valid_to
from lines inner join people using (user_no);
