-- In words: the reasons for a score, and the next step.

create temp table words_of_rules as
select model_id, metric_id, rule_id, reason, next_step
from read_csv(getvariable('lists') || '/pql_rules.csv');

create macro in_words(given, number) as replace(
    replace(given, '{value}', coalesce(cast(number as varchar), '')), '{s}', if(number = 1, '', 's')
);

create temp table top_reasons as
with held as (
    select *, row_number() over (partition by model_id, user_no order by points desc, rule_id)
        as place
    from rule_lines
    where points > 0 and valid_from <= getvariable('as_of')
        and coalesce(valid_to, never()) > getvariable('as_of')
    qualify place <= 3
),
valued as (
    select held.*, reason,
        case metric_id
            when 'sessions_14d' then coalesce(sessions, 0)
            when 'core_actions_30d' then core
            when 'employees' then employees
            when 'paywall_hits_30d' then paywall
            when 'enterprise_accesses_30d' then enterprise
            when 'admin_accesses_30d' then admin
            when 'invites_30d' then invites
            when 'projects_created_90d' then projects
            when 'premium_uses_30d' then premium_uses
            when 'premium_tries_30d' then premium_tries
            when 'seniority_rank' then seniority_rank
        end as value,
        case metric_id
            when 'activated' then activated_at
            when 'sessions_14d' then session_at
            when 'core_actions_30d' then core_at
            when 'paywall_hits_30d' then paywall_at
            when 'enterprise_accesses_30d' then enterprise_at
            when 'admin_accesses_30d' then admin_at
            when 'invites_30d' then invite_at
            when 'projects_created_90d' then project_at
            when 'premium_uses_30d' then premium_use_at
            when 'premium_tries_30d' then premium_try_at
        end as last_at
    from held
    inner join now using (user_no)
    inner join words_of_rules using (model_id, rule_id, metric_id)
)
select model_id, user_no, string_agg(replace(
    in_words(reason, value), '{date}', coalesce(cast(cast(last_at as date) as varchar), '')
), '; ' order by place) as top_reasons
from valued
group by model_id, user_no;

-- The one metric that, raised alone, makes a PQL soonest.
create temp table next_steps as
with current as (
    select * from history
    where
        status in ('candidate', 'not_qualified')
        and valid_from <= getvariable('as_of')
        and coalesce(valid_to, never()) > getvariable('as_of')
),
proposals as (
    select model_id, user_no, valid_to, usage, intent, fit, activation, pillars, unnest([
        {'metric_id': 'activated', 'bound': 1, 'value': if(activated_at is null, 0, 1),
            'activation': 20, 'usage': 0, 'intent': 0, 'pillar': 1},
        {'metric_id': 'core_actions_30d', 'bound': 5, 'value': coalesce(core, 0),
            'activation': 0, 'usage': 10, 'intent': 0, 'pillar': 0},
        {'metric_id': 'invites_30d', 'bound': 2, 'value': coalesce(invites, 0),
            'activation': 0, 'usage': 0, 'intent': 10, 'pillar': 0},
        {'metric_id': 'sessions_14d', 'bound': 3, 'value': coalesce(sessions, 0),
            'activation': 0, 'usage': 10, 'intent': 0, 'pillar': 4},
        {'metric_id': 'sessions_14d', 'bound': 7, 'value': coalesce(sessions, 0),
            'activation': 0, 'usage': if(coalesce(sessions, 0) < 3, 20, 10), 'intent': 0, 'pillar': 4}
    ]) as step
    from current inner join now using (user_no) where model_id = 'pillars_003'
    union all
    select model_id, user_no, valid_to, usage, intent, fit, activation, pillars, unnest([
        {'metric_id': 'invites_30d', 'bound': 3, 'value': coalesce(invites, 0),
            'activation': 0, 'usage': 0, 'intent': 15, 'pillar': 0},
        {'metric_id': 'premium_uses_30d', 'bound': 1, 'value': coalesce(premium_uses, 0),
            'activation': 0, 'usage': 0, 'intent': if(coalesce(premium_tries, 0) >= 2, 0, 10),
            'pillar': 0},
        {'metric_id': 'projects_created_90d', 'bound': 1, 'value': coalesce(projects, 0),
            'activation': 20, 'usage': 0, 'intent': 0, 'pillar': 0}
    ])
    from current inner join now using (user_no) where model_id = 'weighted_000'
),
enough as (
    select model_id, user_no, valid_to, step.bound - step.value as increase,
        step.metric_id as metric_id
    from proposals
    where
        step.bound > step.value
        and case model_id
            when 'pillars_003' then
                (pillars | step.pillar) = 7
                and least(activation + step.activation, 30) + least(usage + step.usage, 30)
                + least(fit, 25) + least(intent + step.intent, 30) >= 50
            else activation + usage + fit + intent + step.activation + step.usage + step.intent >= 60
        end
    qualify row_number() over (partition by model_id, user_no order by increase, metric_id) = 1
)
select model_id, user_no, in_words(replace(
    replace(
        next_step, if(valid_to is null, ' by {by}', '{by}'),
        coalesce(cast(cast(valid_to as date) as varchar), '')
    ),
    '{increase}', '{value}'
), increase) as next_step
from enough
inner join (
    select model_id, metric_id,
        min(next_step) as next_step
    from words_of_rules where next_step is not null group by all
) as words using (model_id, metric_id);
