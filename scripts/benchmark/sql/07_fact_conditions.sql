-- Conditions on what people did, as intervals in which they hold.

create type condition as enum (
    'activated', 'activated_within_7d', 'sessions_3', 'sessions_7', 'sessions_3_to_6', 'core_5',
    'paywall', 'enterprise', 'admin', 'invites_2', 'invites_3', 'features', 'integrations',
    'onboarding', 'use_case', 'api_calls', 'pricing', 'active_days', 'depth', 'active_seconds',
    'limit_warnings', 'upgrade_prompts', 'errors', 'projects', 'premium_uses', 'premium_tries',
    'seniority_4', 'seniority_5', 'employees_50_to_199', 'employees_200', 'employees_100_to_500',
    'icp', 'fit', 'funding', 'tech_stack', 'revenue'
);

-- At least k in a window: from the k-th on, until the first of the k is too old. No counting.
create temp table fact_conditions as
with facts_once (kind, key, hours) as (
    values
        ('feature_used', 'features', 720), ('source_connected', 'integrations', 720),
        ('integration_connected', 'integrations', 720), ('api_called', 'api_calls', 720),
        ('pricing_viewed', 'pricing', 720), ('limit_warning_shown', 'limit_warnings', 720),
        ('upgrade_prompt_shown', 'upgrade_prompts', 720), ('error_shown', 'errors', 720),
        ('premium_feature_blocked', 'paywall', 720), ('usage_limit_hit', 'paywall', 720),
        ('sso_settings_opened', 'enterprise', 720), ('scim_settings_opened', 'enterprise', 720),
        ('audit_log_opened', 'enterprise', 720), ('admin_settings_opened', 'admin', 720),
        ('project_created', 'projects', 2160), ('onboarding_completed', 'onboarding', null),
        ('use_case_chosen', 'use_case', null)
),
once as (
    select
        user_no, cast(key as condition) as key, occurred_at as valid_from,
        coalesce(occurred_at + to_hours(hours), never()) as valid_to
    from events inner join facts_once on events.kind = cast(facts_once.kind as event_kind)
    where
        is_active and (key not in ('features', 'integrations', 'use_case') or object_id is not null)
    union all
    select user_no, 'premium_uses', occurred_at,
        occurred_at + interval 720 hours
    from events where is_active and is_premium
    union all
    select user_no, 'active_days', started_at,
        date_trunc('day', started_at) + interval 720 hours
    from sessions
    union all
    select user_no, 'active_seconds', ended_at,
        started_at + interval 720 hours
    from sessions where active_us >= 1000000
),
to_count as (
    select user_no, cast('core_5' as condition) as key, occurred_at, 5 as at_least, 720 as hours
    from events where is_active and is_core
    union all
    select user_no, 'premium_tries', occurred_at, 2, 720
    from events where is_active and kind = 'premium_feature_blocked'
    union all
    select user_no, key, started_at, at_least, 336
    from sessions cross join (values ('sessions_3', 3), ('sessions_7', 7)) as bounds (key, at_least)
),
several as (
    select
        user_no, key, occurred_at as valid_from,
        lag(occurred_at, at_least - 1)
            over (partition by user_no, key order by occurred_at) + to_hours(hours) as valid_to
    from to_count
),
spans as (
    from once
    union all
    from several where valid_to > valid_from
),
-- starts and ends come in the same order, so that neighbours decide what touches
neighbours as (
    select
        *,
        coalesce(lag(valid_to) over in_order < valid_from, true) as is_first,
        coalesce(lead(valid_from) over in_order > valid_to, true) as is_last
    from spans
    window in_order as (partition by user_no, key order by valid_from, valid_to)
),
edges as (
    select *, case when is_last then valid_to else lead(valid_to) over (
        partition by user_no, key order by valid_from, valid_to
    ) end as run_valid_to
    from neighbours where is_first or is_last
)
select user_no, key, valid_from, nullif(run_valid_to, never()) as valid_to
from edges where is_first;

create temp table invite_counts as
with spans as (
    select
        user_no, {'hours': hours, 'addressee': addressee} as key, occurred_at as valid_from,
        occurred_at + to_hours(hours) as valid_to
    from invites cross join (values (168), (720)) as windows (hours)
),
people_invited as (
    from merged(spans)
),
changes as (
    select user_no, key.hours as key, valid_from as changed_at, 1 as amount from people_invited
    union all
    select user_no, key.hours, valid_to, -1 from people_invited
)
from totals(changes);
