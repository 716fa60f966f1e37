-- All conditions: those on facts, and on titles, companies and invitations.

create temp table title_ranks as
with keywords as (
    select words(keyword) as keyword, seniority_rank
    from read_csv(getvariable('lists') || '/pql_titles.csv')
),
matches as (
    select title, keyword, seniority_rank
    from (select distinct title from user_history where title is not null) as titles
    inner join keywords on contains(words(title), keyword)
)
select title, max(seniority_rank) as seniority_rank
from matches
where not exists (
    from matches as longer
    where longer.title = matches.title and longer.keyword <> matches.keyword
        and contains(longer.keyword, matches.keyword)
)
group by title;

create temp table conditions as
with account_events as (
    select coalesce(events.account_id, memberships.account_id) as account_id, kind, occurred_at
    from events
    left join memberships
        on events.user_no = memberships.user_no
        and occurred_at >= memberships.valid_from and occurred_at < memberships.valid_to
    where
        is_active and (
            kind in ('funding_round_announced', 'revenue_reported')
            or kind = 'tech_stack_detected' and object_id is not null
        )
),
account_conditions as (
    select account_id, unnest(list_filter([
        if(employees >= 50 and employees < 200, 'employees_50_to_199', null),
        if(employees >= 200, 'employees_200', null),
        if(employees >= 100 and employees < 501, 'employees_100_to_500', null),
        if(is_icp, 'icp', null),
        if(employees >= 50 or (employees is null and is_icp), 'fit', null)
    ], lambda key: key is not null)) as key, valid_from, coalesce(valid_to, never()) as valid_to
    from account_history
    union all
    select
        account_id,
        case kind
            when 'funding_round_announced' then 'funding'
            when 'revenue_reported' then 'revenue'
            else 'tech_stack'
        end,
        occurred_at,
        case kind
            when 'funding_round_announced' then occurred_at + interval 4320 hours
            when 'revenue_reported' then occurred_at + interval 8760 hours
            else never()
        end
    from account_events
),
depth_changes as (
    select user_no, 'depth' as key, started_at as changed_at, 0 as actions,
        1 as sessions
    from sessions
    union all
    select user_no, 'depth', started_at + interval 720 hours, 0, -1 from sessions
    union all
    select user_no, 'depth', occurred_at, 1, 0 from session_core_actions
    union all
    select user_no, 'depth', session_started_at + interval 720 hours, -1,
        0
    from session_core_actions
),
depths as (
    select
        user_no, changed_at, sum(sum(actions)) over in_order >= sum(sum(sessions)) over in_order
        and sum(sum(sessions)) over in_order > 0 as is_deep
    from depth_changes
    group by user_no, changed_at
    window in_order as (partition by user_no order by changed_at)
),
depth_crossings as (
    select user_no, changed_at, is_deep
    from depths
    qualify is_deep is distinct from
        coalesce(lag(is_deep) over (partition by user_no order by changed_at), false)
),
depth_spans as (
    select user_no, changed_at as valid_from,
        lead(changed_at) over (partition by user_no order by changed_at) as valid_to, is_deep
    from depth_crossings
),
session_band_changes as (
    select user_no, 'sessions_3_to_6' as key, valid_from as changed_at,
        if(key = 'sessions_3', 1, -1) as amount
    from fact_conditions where key in ('sessions_3', 'sessions_7')
    union all
    select user_no, 'sessions_3_to_6', valid_to, if(key = 'sessions_3', -1, 1)
    from fact_conditions where key in ('sessions_3', 'sessions_7')
),
other_spans as (
    select memberships.user_no, account_conditions.key,
        greatest(account_conditions.valid_from, memberships.valid_from) as valid_from,
        nullif(least(account_conditions.valid_to, memberships.valid_to), never()) as valid_to
    from account_conditions inner join memberships
        on account_conditions.account_id = memberships.account_id
        and account_conditions.valid_from < memberships.valid_to
        and memberships.valid_from < account_conditions.valid_to
    union all
    select user_no, key, greatest(valid_from, started_at), valid_to
    from user_history
    inner join people using (user_id)
    inner join title_ranks using (title)
    inner join (values ('seniority_4', 4), ('seniority_5', 5)) as bounds (key, lower)
        on seniority_rank >= lower
    where coalesce(valid_to, never()) > started_at
    union all
    select user_no, bounds.key, valid_from, valid_to
    from invite_counts
    inner join (values ('invites_2', 2), ('invites_3', 3)) as bounds (key, lower) on total >= lower
    where invite_counts.key = 720
)
from fact_conditions
union all
from merged(other_spans)
union all
select user_no, key, valid_from, valid_to from totals(session_band_changes) where total > 0
union all
select user_no, 'depth', valid_from, valid_to from depth_spans where is_deep
union all
select user_no, 'activated', activated_at, null from activations
union all
select user_no, 'activated_within_7d', activated_at, null
from activations inner join people using (user_no)
where activated_at <= signed_up_at + interval 168 hours;
