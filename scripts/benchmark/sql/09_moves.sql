-- Rules, triggers, pillars: what moves a score.

create temp table rules (
    model_id varchar, rule_id varchar, layer varchar, points bigint, key condition, metric_id varchar
);

insert into rules values
    ('pillars_003', 'activated', 'activation', 20, 'activated', 'activated'),
    ('pillars_003', 'activated_within_7d', 'activation', 10, 'activated_within_7d',
        'activated_within_7d'),
    ('pillars_003', 'sessions_3_to_6', 'usage', 10, 'sessions_3_to_6', 'sessions_14d'),
    ('pillars_003', 'sessions_7_or_more', 'usage', 20, 'sessions_7', 'sessions_14d'),
    ('pillars_003', 'core_feature_5_times', 'usage', 10, 'core_5', 'core_actions_30d'),
    ('pillars_003', 'employees_50_to_199', 'fit', 10, 'employees_50_to_199', 'employees'),
    ('pillars_003', 'employees_200_or_more', 'fit', 20, 'employees_200', 'employees'),
    ('pillars_003', 'icp_industry', 'fit', 5, 'icp', 'icp_industry'),
    ('pillars_003', 'paywall_hit', 'intent', 15, 'paywall', 'paywall_hits_30d'),
    ('pillars_003', 'enterprise_access', 'intent', 15, 'enterprise', 'enterprise_accesses_30d'),
    ('pillars_003', 'enterprise_access', 'intent', 15, 'admin', 'admin_accesses_30d'),
    ('pillars_003', 'teammates_invited', 'intent', 10, 'invites_2', 'invites_30d'),
    ('pillars_003', 'context_funding_round', 'other', 0, 'funding', 'funding_rounds_180d'),
    ('pillars_003', 'context_seniority', 'other', 0, 'seniority_4', 'seniority_rank'),
    ('pillars_003', 'context_tech_stack', 'other', 0, 'tech_stack', 'tech_stack_matches'),
    ('pillars_003', 'context_revenue', 'other', 0, 'revenue', 'annual_revenue'),
    ('pillars_003', 'context_use_case', 'other', 0, 'use_case', 'use_cases'),
    ('pillars_003', 'context_features_used', 'other', 0, 'features', 'features_used_30d'),
    ('pillars_003', 'context_integrations', 'other', 0, 'integrations', 'integrations_30d'),
    ('pillars_003', 'context_onboarding', 'other', 0, 'onboarding', 'onboarding_completed'),
    ('pillars_003', 'context_api_calls', 'other', 0, 'api_calls', 'api_calls_30d'),
    ('pillars_003', 'context_pricing_viewed', 'other', 0, 'pricing', 'pricing_viewed_30d'),
    ('pillars_003', 'context_active_days', 'other', 0, 'active_days', 'active_days_30d'),
    ('pillars_003', 'context_depth', 'other', 0, 'depth', 'core_actions_per_session_30d'),
    ('pillars_003', 'context_active_seconds', 'other', 0, 'active_seconds', 'active_seconds_30d'),
    ('pillars_003', 'context_limit_warnings', 'other', 0, 'limit_warnings', 'limit_warnings_30d'),
    ('pillars_003', 'context_upgrade_prompts', 'other', 0, 'upgrade_prompts',
        'upgrade_prompts_30d'),
    ('pillars_003', 'context_errors', 'other', 0, 'errors', 'errors_30d'),
    ('weighted_000', 'project_created', 'activation', 20, 'projects', 'projects_created_90d'),
    ('weighted_000', 'three_teammates_invited', 'intent', 15, 'invites_3', 'invites_30d'),
    ('weighted_000', 'premium_feature', 'intent', 10, 'premium_uses', 'premium_uses_30d'),
    ('weighted_000', 'premium_feature', 'intent', 10, 'premium_tries', 'premium_tries_30d'),
    ('weighted_000', 'director_or_above', 'fit', 10, 'seniority_5', 'seniority_rank'),
    ('weighted_000', 'employees_100_to_500', 'fit', 25, 'employees_100_to_500', 'employees');

-- Two rules have alternatives: they count once, for the first that holds.
create temp table rule_lines as
with lines as (
    select user_no, rules.*, valid_from, valid_to from conditions inner join rules using (key)
),
alternatives as (
    select * exclude (key),
        {'model_id': model_id, 'rule_id': rule_id, 'layer': layer, 'points': points} as key
    from lines where rule_id in ('enterprise_access', 'premium_feature')
)
select user_no, model_id, rule_id, layer, points, metric_id, valid_from, valid_to
from lines where rule_id not in ('enterprise_access', 'premium_feature')
union all
select runs.user_no, runs.key.model_id, runs.key.rule_id, runs.key.layer, runs.key.points,
    min(metric_id), runs.valid_from, runs.valid_to
from merged(alternatives) as runs
inner join alternatives
    on runs.user_no = alternatives.user_no and runs.key = alternatives.key
        and runs.valid_from = alternatives.valid_from
group by all;

create temp table hits as
with hit_kinds (kind, trigger_id, respond_hours, rearm_hours) as (
    values
        ('premium_feature_blocked', 'paywall', 4, 168), ('usage_limit_hit', 'paywall', 4, 168),
        ('sso_settings_opened', 'enterprise_access', 24, 168),
        ('scim_settings_opened', 'enterprise_access', 24, 168),
        ('audit_log_opened', 'enterprise_access', 24, 168), ('sales_contacted', 'hand_raise', 1, 0)
),
found as (
    select distinct user_no, trigger_id, occurred_at as hit_at, respond_hours, rearm_hours
    from events inner join hit_kinds on events.kind = cast(hit_kinds.kind as event_kind)
    where is_active
    union
    select distinct user_no, 'invite_burst', occurred_at, 24, 168
    from invites inner join invite_counts using (user_no)
    where key = 168 and total >= 5 and occurred_at >= valid_from
        and occurred_at < coalesce(valid_to, never())
),
fired as (
    select *, coalesce(lag(hit_at) over (
        partition by user_no, trigger_id order by hit_at
    ) + to_hours(rearm_hours) < hit_at, true) as is_firing
    from found
)
select
    user_no, trigger_id as key, hit_at as valid_from, hit_at + interval 168 hours as valid_to,
    max(hit_at) filter (is_firing) over (
        partition by user_no, trigger_id order by hit_at rows unbounded preceding
    ) + to_hours(respond_hours) as respond_by_at
from fired;

create temp table hot_history as
from merged(hits);

create temp table moves as
with models (model_id) as (
    values ('pillars_003'), ('weighted_000'), ('simple_and_004')
),
hot_at_all as (
    select user_no, 'hot' as key, valid_from, valid_to from hits
),
spans as (
    select
        model_id, user_no, valid_from, valid_to, if(layer = 'activation', points, 0) as activation,
        if(layer = 'usage', points, 0) as usage, if(layer = 'fit', points, 0) as fit,
        if(layer = 'intent', points, 0) as intent,
        0 as pillars, 0 as hot, 0 as precedence
    from rule_lines where points <> 0
    -- the three pillars of a model are the bits of a number, in the order of their names
    union all by name
    select model_id, user_no, valid_from, valid_to, pillars
    from conditions inner join (
        values
            ('pillars_003', 'activated', 1), ('pillars_003', 'fit', 2),
            ('pillars_003', 'sessions_3', 4),
            ('simple_and_004', 'activated', 1), ('simple_and_004', 'invites_2', 2),
            ('simple_and_004', 'sessions_3', 4)
    ) as pillar_bits (model_id, key, pillars) using (key)
    union all by name
    select model_id, user_no, started_at as valid_from from people cross join models
    union all by name
    select 'pillars_003' as model_id, user_no, valid_from, valid_to,
        1 as hot
    from merged(hot_at_all)
    union all by name
    select model_id, user_no, valid_from, valid_to, precedence from exclusions cross join models
)
select
    model_id, user_no, valid_from as changed_at, activation, usage, fit, intent,
    coalesce(pillars, 0) as pillars, hot, precedence
from spans
union all
select model_id, user_no, valid_to, -activation, -usage, -fit, -intent, -pillars, -hot, -precedence
from spans where valid_to is not null;
