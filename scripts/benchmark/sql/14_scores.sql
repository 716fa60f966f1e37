-- Scores now, and what a rep needs beside them.

create temp table hot_now as
with hot_by_score as (
    select user_no, 'score' as key, valid_from, valid_to
    from history
    where model_id = 'pillars_003' and is_qualified and score >= 70
        and valid_from <= getvariable('as_of')
),
open_answers as (
    select user_no, key as trigger_id, max(respond_by_at) as respond_by_at
    from hits
    where valid_from <= getvariable('as_of')
    group by user_no, key
    having max(valid_to) > getvariable('as_of')
    union all
    select user_no, null, valid_from + interval 24 hours
    from merged(hot_by_score)
    where coalesce(valid_to, never()) > getvariable('as_of')
)
select
    user_no, 'pillars_003' as model_id,
    string_agg(trigger_id, ', ' order by trigger_id) as hot_triggers,
    min(respond_by_at) as respond_by_at
from open_answers
group by user_no;

create table pql_scores as
with entries as (
    select model_id, user_id, min(transitioned_at) as first_pql_at,
        max(transitioned_at) as latest_pql_at, count(*) as times_qualified
    from pql_transitions
    where
        to_status in ('pql', 'hot') and coalesce(from_status, '') not in ('pql', 'hot')
        and transitioned_at <= getvariable('as_of')
    group by model_id, user_id
),
thresholds (model_id, pql_threshold) as (
    values ('pillars_003', 50), ('weighted_000', 60), ('simple_and_004', null)
)
select
    scores.*, account_id, hot_triggers, if(is_hot, respond_by_at, null) as respond_by_at,
    if(signed_up_at <= getvariable('as_of'), signed_up_at, null) as signed_up_at, activated_at,
    first_pql_at, latest_pql_at,
    coalesce(times_qualified, 0) as times_qualified, last_active_at,
    coalesce(sessions, 0) as sessions_14d, coalesce(active_days, 0) as active_days_30d,
    coalesce(core, 0) as core_actions_30d,
    if(sessions_30d > 0, cast(coalesce(session_core_actions, 0) as double) / sessions_30d, null)
        as core_actions_per_session_30d,
    coalesce(features, 0) as features_used_30d, coalesce(invites, 0) as invites_30d,
    coalesce(invites_accepted, 0) as invites_accepted_30d, coalesce(paywall, 0) as paywall_hits_30d,
    coalesce(enterprise, 0) as enterprise_accesses_30d,
    employees, industry, cast(seniority_rank as bigint) as seniority_rank, top_reasons,
    cast(if(pql_threshold is null, null, greatest(pql_threshold - score, 0)) as bigint)
        as points_to_pql,
    next_step, getvariable('as_of') as as_of
from pql_score_history as scores
inner join now using (user_id)
inner join thresholds using (model_id)
left join entries using (model_id, user_id)
left join hot_now using (model_id, user_no)
left join top_reasons using (model_id, user_no)
left join next_steps using (model_id, user_no)
where scores.valid_from <= getvariable('as_of')
    and coalesce(scores.valid_to, never()) > getvariable('as_of');
