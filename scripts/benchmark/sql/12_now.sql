-- What holds now: counts, company, title.

create temp table counts as
with recent as (
    select
        user_no, kind, is_core, is_premium, object_id, occurred_at
    from events
    where is_active and occurred_at > getvariable('as_of') - interval 2160 hours
)
select
    user_no,
    count(*) filter (kind = 'project_created') as projects,
    max(occurred_at) filter (kind = 'project_created') as project_at,
    count(*) filter (is_core and is_young) as core,
    max(occurred_at) filter (is_core and is_young) as core_at,
    count(distinct object_id) filter (kind = 'feature_used' and is_young) as features,
    count(*) filter (kind in ('premium_feature_blocked', 'usage_limit_hit') and is_young)
        as paywall,
    max(occurred_at) filter (kind in ('premium_feature_blocked', 'usage_limit_hit') and is_young)
        as paywall_at,
    count(*) filter (
        kind in ('sso_settings_opened', 'scim_settings_opened', 'audit_log_opened') and is_young
    ) as enterprise,
    max(occurred_at) filter (
        kind in ('sso_settings_opened', 'scim_settings_opened', 'audit_log_opened') and is_young
    ) as enterprise_at,
    count(*) filter (kind = 'admin_settings_opened' and is_young) as admin,
    max(occurred_at) filter (kind = 'admin_settings_opened' and is_young) as admin_at,
    count(*) filter (is_premium and is_young) as premium_uses,
    max(occurred_at) filter (is_premium and is_young) as premium_use_at,
    count(*) filter (kind = 'premium_feature_blocked' and is_young) as premium_tries,
    max(occurred_at) filter (kind = 'premium_feature_blocked' and is_young) as premium_try_at
from (select *, occurred_at > getvariable('as_of') - interval 720 hours as is_young from recent)
group by user_no;

create temp table now as
with session_counts as (
    select
        user_no, count(*) filter (started_at > getvariable('as_of') - interval 336 hours)
            as sessions,
        max(started_at) filter (started_at > getvariable('as_of') - interval 336 hours)
            as session_at,
        count(*) as sessions_30d, count(distinct date_trunc('day', started_at)) filter (
            date_trunc('day', started_at) > getvariable('as_of') - interval 720 hours
        ) as active_days
    from sessions where started_at > getvariable('as_of') - interval 720 hours group by user_no
),
depth as (
    select user_no, count(*) as session_core_actions
    from session_core_actions where session_started_at > getvariable('as_of') - interval 720 hours
        group by user_no
),
invited as (
    select user_no, count(distinct addressee) as invites, max(occurred_at) as invite_at
    from invites where occurred_at > getvariable('as_of') - interval 720 hours group by user_no
),
accepted as (
    select inviters.user_no, count(distinct events.user_no) as invites_accepted
    from events inner join people as inviters on events.target_user_id = inviters.user_id
    where
        is_active and kind = 'invite_accepted' and events.user_no <> inviters.user_no
        and occurred_at > getvariable('as_of') - interval 720 hours
    group by inviters.user_no
),
companies as (
    select user_no, memberships.account_id, employees, industry
    from memberships left join account_history
        on memberships.account_id = account_history.account_id
        and account_history.valid_from <= getvariable('as_of')
        and coalesce(account_history.valid_to, never()) > getvariable('as_of')
    where memberships.valid_from <= getvariable('as_of')
        and memberships.valid_to > getvariable('as_of')
),
titles as (
    select user_no, if(title is null, null, coalesce(seniority_rank, 1)) as seniority_rank
    from user_history
    inner join people using (user_id)
    left join title_ranks using (title)
    where valid_from <= getvariable('as_of') and coalesce(valid_to, never()) > getvariable('as_of')
),
entries as (
    select user_no, activated_at from activations where activated_at <= getvariable('as_of')
)
select *
from people
left join counts using (user_no)
left join session_counts using (user_no)
left join depth using (user_no)
left join invited using (user_no)
left join accepted using (user_no)
left join companies using (user_no)
left join titles using (user_no)
left join entries using (user_no)
where started_at <= getvariable('as_of');
