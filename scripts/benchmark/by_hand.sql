-- What an expert would write for DuckDB instead of this project: one script, the default rules written into it.
-- It makes pql_scores, pql_score_history, pql_score_ledger and pql_transitions with the same rows as the models, from
-- typed raw tables, for `as_of` = the newest event. tests/python/test_benchmark.py compares them.
--
-- Variables: raw (folder of the raw tables), lists (folder of industries, titles and the words of the rules).

create macro utc(instant) as make_timestamp(epoch_us(instant));
create macro since_ever() as timestamp '1900-01-01';
create macro never() as timestamp '9000-01-01';
create macro words(given) as ' ' || trim(regexp_replace(lower(given), '[^\p{L}\p{N}]+', ' ', 'g')) || ' ';

-- Intervals of one key that overlap or touch become one.
create macro merged(intervals) as table
    with before as (
        select *, max(coalesce(valid_to, never())) over (
            partition by user_no, key order by valid_from, coalesce(valid_to, never())
            rows between unbounded preceding and 1 preceding
        ) as ended_before
        from query_table(intervals)
    ),
    runs as (
        select *, count(*) filter (ended_before is null or ended_before < valid_from) over (
            partition by user_no, key order by valid_from, coalesce(valid_to, never()) rows unbounded preceding
        ) as run
        from before
    )
    select user_no, key, min(valid_from) as valid_from, nullif(max(coalesce(valid_to, never())), never()) as valid_to
    from runs
    group by user_no, key, run;


-- Who ------------------------------------------------------------------------------------------------------------

create temp table user_rows as
with contents as (
    select
        user_id, email, account_id, title, profiling_consent, utc(signed_up_at) as signed_up_at,
        coalesce(is_bot, false) as is_bot, coalesce(is_internal, false) as is_internal, utc(erased_at) as erased_at,
        utc(effective_at) as effective_at, min(loaded_at) as loaded_at
    from read_parquet(getvariable('raw') || '/users.parquet')
    where user_id is not null
    group by all
),
current as (
    select * from contents
    qualify row_number() over (partition by user_id, effective_at order by loaded_at desc nulls last) = 1
)
select
    *,
    coalesce(effective_at, since_ever()) as valid_from,
    lead(effective_at) over (partition by user_id order by effective_at nulls first) as valid_to,
    regexp_extract(lower(email), '@([^@]*)$', 1) as domain
from current;

create temp table user_history as
select
    user_id, lower(email) as email, account_id, title, valid_from, valid_to, is_bot,
    is_internal or regexp_matches(domain, '(^|[.])(ourcompany|qa)[.]example$') as is_internal,
    regexp_matches(domain, '(^|[.])rival[.]example$') as is_competitor,
    coalesce(profiling_consent, true) as may_be_profiled
from user_rows;

create temp table account_history as
with contents as (
    select
        account_id, name, domain, replace(replace(employees, ',', ''), ' ', '') as employees, industry, owner_id,
        utc(effective_at) as effective_at, min(loaded_at) as loaded_at
    from read_parquet(getvariable('raw') || '/accounts.parquet')
    where account_id is not null
    group by all
),
current as (
    select * from contents
    qualify row_number() over (partition by account_id, effective_at order by loaded_at desc nulls last) = 1
)
select
    account_id, current.industry, industries.icp_industry is not null as is_icp,
    cast(nullif(regexp_extract(employees, '^([0-9]{1,12})([.]0+|-[0-9]{1,12}|[+])?$', 1), '') as bigint) as employees,
    coalesce(effective_at, since_ever()) as valid_from,
    lead(effective_at) over (partition by account_id order by effective_at nulls first) as valid_to
from current
left join read_csv(getvariable('lists') || '/pql_industries.csv') as industries
    on lower(current.industry) = industries.industry;


-- Events ---------------------------------------------------------------------------------------------------------

create temp view raw_events as
select
    event_id, event_name, user_id, utc(occurred_at) as stated_at, account_id, object_id, target_user_id,
    properties, coalesce(is_deleted, false) as is_deleted, utc(loaded_at) as loaded_at
from read_parquet(getvariable('raw') || '/events/*.parquet')
where
    user_id is not null and event_name is not null
    and occurred_at >= timestamptz '2000-01-01' and occurred_at < timestamptz '2200-01-01';

-- Nearly all events came once: only the others have to be settled.
create temp table sent_again as
select event_id from raw_events group by event_id having count(*) > 1;

create temp table settled as
with contents as (
    select raw_events.* replace (min(loaded_at) as loaded_at)
    from raw_events semi join sent_again using (event_id)
    group by all
),
first_of_load as (
    select * from contents
    qualify row_number() over (
        partition by event_id, loaded_at order by event_name, user_id, md5(concat_ws(
            chr(31), event_name, user_id, strftime(stated_at, '%Y-%m-%d %H:%M:%S.%f'), coalesce(account_id, ''),
            coalesce(object_id, ''), coalesce(target_user_id, ''), coalesce(properties, ''), is_deleted
        ))
    ) = 1
)
select * from first_of_load
qualify row_number() over (partition by event_id order by loaded_at desc) = 1;

-- Numbers sort and join faster than texts, and so do enums.
create temp table user_numbers as
select user_id, cast(row_number() over () as integer) as user_no
from (select user_id from raw_events union select user_id from user_rows);

create type event_kind as enum (
    'signed_up', 'heartbeat', 'page_viewed', 'menu_opened', 'premium_feature_viewed', 'pricing_viewed', 'project_created',
    'task_created', 'task_completed', 'task_assigned', 'source_connected', 'integration_connected', 'feature_used',
    'premium_feature_blocked', 'usage_limit_hit', 'sso_settings_opened', 'scim_settings_opened', 'audit_log_opened',
    'admin_settings_opened', 'teammate_invited', 'invite_accepted', 'sales_contacted', 'onboarding_completed',
    'api_called', 'limit_warning_shown', 'upgrade_prompt_shown', 'error_shown', 'use_case_chosen',
    'funding_round_announced', 'tech_stack_detected', 'revenue_reported', 'other'
);

-- Bots and colleagues leave no trace but their start; only some kinds need an object, an account or properties.
create temp table events as
with accepted as (
    select * from raw_events anti join sent_again using (event_id)
    union all
    select * from settled where not is_deleted
),
numbered as (
    select
        user_no, event_id, account_id, object_id, target_user_id, least(stated_at, loaded_at) as occurred_at,
        case when event_name = 'feature_used' and json_valid(properties) then properties end as properties,
        coalesce(try_cast(event_name as event_kind), 'other') as kind
    from accepted inner join user_numbers using (user_id)
),
silences as (
    select user_no, valid_from, valid_to
    from user_history inner join user_numbers using (user_id)
    where is_bot or is_internal
)
select
    numbered.user_no, occurred_at, kind, silences.user_no is null and kind <> 'heartbeat' as is_active,
    account_id, case when account_id is not null then event_id end as event_id,
    case when kind not in ('page_viewed', 'menu_opened', 'heartbeat', 'task_completed', 'other') then object_id end as object_id,
    case when kind in ('task_assigned', 'teammate_invited', 'invite_accepted') then target_user_id end as target_user_id,
    kind in ('project_created', 'task_created', 'task_completed') or (
        coalesce((properties ->> 'is_core') = 'true', false)
    ) as is_core,
    coalesce((properties ->> 'tier') = 'premium', false) as is_premium
from numbered
left join silences
    on numbered.user_no = silences.user_no
    and occurred_at >= silences.valid_from and occurred_at < coalesce(silences.valid_to, never());

set variable as_of = (select max(occurred_at) from events);

create temp table people as
with seen as (
    select
        user_no, min(occurred_at) as first_at, min(occurred_at) filter (kind = 'signed_up') as signup_at,
        max(occurred_at) filter (is_active) as last_active_at
    from events group by user_no
),
stated as (
    select user_id, min(signed_up_at) as signed_up_at from user_rows group by user_id
)
select
    user_no, user_id, coalesce(stated.signed_up_at, signup_at) as signed_up_at, last_active_at,
    least(coalesce(stated.signed_up_at, signup_at, first_at), first_at) as started_at
from user_numbers
left join stated using (user_id)
left join seen using (user_no)
where stated.signed_up_at is not null or first_at is not null;


-- Accounts of people: what the register says, else the latest event that names one ------------------------------------

create temp table memberships as
with registered as (
    select user_no, account_id, valid_from, valid_to, started_at
    from user_history inner join people using (user_id)
),
unregistered as (
    select user_no, valid_from, valid_to, started_at from registered where account_id is null
    union all
    select people.user_no, since_ever(), min(valid_from), people.started_at
    from people left join registered using (user_no)
    group by people.user_no, people.started_at
    having coalesce(min(valid_from), never()) > since_ever()
),
named as (
    select user_no, occurred_at, arg_max(account_id, event_id) as account_id
    from events
    where account_id is not null and user_no in (select user_no from unregistered)
    group by user_no, occurred_at
),
named_until as (
    select *, lead(occurred_at) over (partition by user_no order by occurred_at) as next_at from named
),
stated as (
    select user_no, account_id as key, greatest(valid_from, started_at) as valid_from, valid_to
    from registered where account_id is not null and coalesce(valid_to, never()) > started_at
    union all
    select
        user_no, account_id, greatest(occurred_at, valid_from, started_at),
        nullif(least(coalesce(next_at, never()), coalesce(valid_to, never())), never())
    from named_until inner join unregistered using (user_no)
    where coalesce(valid_to, never()) > occurred_at and coalesce(next_at, never()) > valid_from
)
select user_no, key as account_id, valid_from, coalesce(valid_to, never()) as valid_to from merged(stated);


-- Who is left out, why, and when ---------------------------------------------------------------------------------------

create temp table exclusions as
with lead_rows as (
    select
        lead_id, user_id, lower(email) as email, account_id, stage, utc(entered_at) as entered_at,
        least(
            coalesce(utc(left_at), never()),
            coalesce(lead(utc(entered_at)) over (partition by lead_id order by entered_at, stage), never())
        ) as left_at
    from read_parquet(getvariable('raw') || '/leads.parquet')
    where lead_id is not null and coalesce(user_id, email) is not null and entered_at is not null
),
lead_reasons as (
    select 7 as precedence, user_id, email, account_id, entered_at as valid_from, left_at as valid_to
    from lead_rows where stage = 'opportunity'
    union all
    select 8, user_id, email, null, entered_at, entered_at + interval 30 days
    from lead_rows where stage = 'disqualified'
),
paid as (
    select account_id, user_id, utc(started_at) as valid_from, coalesce(utc(ended_at), never()) as valid_to
    from read_parquet(getvariable('raw') || '/subscriptions.parquet')
    where is_paid and started_at is not null
),
account_reasons as (
    select 6 as precedence, account_id, valid_from, valid_to from paid where account_id is not null
    union all
    select precedence, account_id, valid_from, valid_to from lead_reasons where account_id is not null
),
user_reasons as (
    select 1 as precedence, user_id, min(erased_at) as valid_from, never() as valid_to
    from user_rows where erased_at is not null group by user_id
    union all
    select precedence, user_id, valid_from, coalesce(valid_to, never())
    from user_history,
        unnest(list_filter([
            if(not may_be_profiled, 2, 0), if(is_bot, 3, 0), if(is_internal, 4, 0), if(is_competitor, 5, 0)
        ], lambda reason: reason > 0)) as reasons (precedence)
    union all
    select 6, user_id, valid_from, valid_to from paid where user_id is not null
    union all
    select precedence, user_id, valid_from, valid_to from lead_reasons where user_id is not null
    union all
    select
        precedence, user_history.user_id, greatest(lead_reasons.valid_from, user_history.valid_from),
        least(lead_reasons.valid_to, coalesce(user_history.valid_to, never()))
    from lead_reasons inner join user_history using (email)
    where lead_reasons.user_id is null
),
reasons as (
    select user_no, precedence, greatest(valid_from, started_at) as valid_from, valid_to
    from user_reasons inner join people using (user_id)
    union all
    select
        user_no, precedence, greatest(account_reasons.valid_from, memberships.valid_from),
        least(account_reasons.valid_to, memberships.valid_to)
    from account_reasons inner join memberships using (account_id)
),
that_last as (
    select * from reasons where valid_from < valid_to
),
cuts as (
    select user_no, valid_from as cut_at from that_last
    union
    select user_no, valid_to from that_last
),
segments as (
    select user_no, cut_at as valid_from, lead(cut_at) over (partition by user_no order by cut_at) as valid_to from cuts
),
first_reasons as (
    select segments.user_no, min(precedence) as key, segments.valid_from, segments.valid_to
    from segments inner join that_last
        on segments.user_no = that_last.user_no
        and segments.valid_from >= that_last.valid_from and segments.valid_from < that_last.valid_to
    group by segments.user_no, segments.valid_from, segments.valid_to
)
select user_no, key as precedence, valid_from, nullif(valid_to, never()) as valid_to from merged(first_reasons);


-- Sessions: activity without a pause of more than 30 minutes, opened by more than a look around ---------------------------

create temp table activity as
with paused as (
    select
        user_no, occurred_at, is_core, kind not in ('page_viewed', 'menu_opened', 'premium_feature_viewed', 'pricing_viewed')
            as is_opening,
        occurred_at - lag(occurred_at) over (partition by user_no order by occurred_at) as pause
    from events where is_active
),
islands as (
    select *, max(case when pause <= interval 30 minutes then null else occurred_at end) over (
        partition by user_no order by occurred_at rows unbounded preceding
    ) as island_at
    from paused
)
select *, min(occurred_at) filter (is_opening) over (partition by user_no, island_at) as opened_at
from islands;

create temp table sessions as
with whole as (
    select
        user_no, opened_at as started_at, max(occurred_at) as ended_at,
        sum(epoch_us(pause)) filter (occurred_at > opened_at and pause <= interval 300 seconds) as active_us
    from activity
    where occurred_at >= opened_at
    group by user_no, opened_at
),
-- one that lasts for more than a day is cut every 24 hours
pieces as (
    select
        activity.*,
        (epoch_us(occurred_at) - epoch_us(opened_at)) // 86400000000 as piece
    from activity semi join (from whole where ended_at > started_at + interval 24 hours) as long_ones
        on activity.user_no = long_ones.user_no and activity.opened_at = long_ones.started_at
    where occurred_at >= opened_at
),
opened_pieces as (
    select *, min(occurred_at) filter (is_opening) over (partition by user_no, opened_at, piece) as piece_opened_at
    from pieces
)
from whole where ended_at <= started_at + interval 24 hours
union all
select
    user_no, piece_opened_at, max(occurred_at),
    sum(epoch_us(pause)) filter (occurred_at > piece_opened_at and pause <= interval 300 seconds)
from opened_pieces
where occurred_at >= piece_opened_at
group by user_no, opened_at, piece, piece_opened_at;

create temp table session_core_actions as
select core_actions.user_no, occurred_at, started_at as session_started_at
from (from events where is_active and is_core) as core_actions
asof join sessions
    on core_actions.user_no = sessions.user_no and core_actions.occurred_at >= sessions.started_at
where occurred_at <= ended_at;

drop table activity;


-- Activation and invitations -------------------------------------------------------------------------------------------

create temp table activations as
with steps as (
    select
        user_no, min(occurred_at) filter (kind = 'project_created') as project_at,
        min(occurred_at) filter (kind = 'task_assigned' and target_user_id <> user_id) as assigned_at
    from events inner join people using (user_no)
    where is_active and kind in ('project_created', 'task_assigned')
    group by user_no
),
tasks as (
    select user_no, min(occurred_at) as first_at
    from events
    where is_active and kind = 'task_created' and object_id is not null
    group by user_no, object_id
),
third_tasks as (
    select user_no, first_at as third_task_at
    from tasks
    qualify row_number() over (partition by user_no order by first_at) = 3
)
select user_no, greatest(project_at, assigned_at, third_task_at) as activated_at
from steps inner join third_tasks using (user_no)
where project_at is not null and assigned_at is not null;

create temp table invites as
with sent as (
    select
        events.user_no, people.user_id, occurred_at, lower(coalesce(object_id, target_user_id)) as addressee,
        coalesce(events.account_id, memberships.account_id) as account_id
    from events
    inner join people using (user_no)
    left join memberships
        on events.user_no = memberships.user_no
        and occurred_at >= memberships.valid_from and occurred_at < memberships.valid_to
    where is_active and kind = 'teammate_invited' and coalesce(object_id, target_user_id) is not null
),
known as (
    select user_no, lower(user_id) as addressee, since_ever() as valid_from, never() as valid_to from people
    union all
    select user_no, email, valid_from, coalesce(valid_to, never())
    from user_history inner join user_numbers using (user_id) where email is not null
),
in_vain as (
    select distinct sent.user_no, sent.occurred_at, sent.addressee, sent.account_id
    from sent
    inner join known
        on sent.addressee = known.addressee and occurred_at >= known.valid_from and occurred_at < known.valid_to
    left join memberships
        on known.user_no = memberships.user_no and sent.account_id = memberships.account_id
        and occurred_at >= memberships.valid_from and occurred_at < memberships.valid_to
    where known.user_no = sent.user_no or memberships.user_no is not null
)
select user_no, addressee, occurred_at
from sent
where not exists (
    from in_vain where
        in_vain.user_no = sent.user_no and in_vain.occurred_at = sent.occurred_at
        and in_vain.addressee = sent.addressee and in_vain.account_id is not distinct from sent.account_id
);


-- Conditions: when each one holds for whom ---------------------------------------------------------------------------

-- Running totals of what comes and goes, an interval for each.
create macro totals(changes) as table
    select
        user_no, key, changed_at as valid_from, lead(changed_at) over in_order as valid_to,
        sum(sum(amount)) over in_order as total
    from query_table(changes)
    group by user_no, key, changed_at
    having sum(amount) <> 0
    window in_order as (partition by user_no, key order by changed_at);

create type condition as enum (
    'activated', 'activated_within_7d', 'sessions_3', 'sessions_7', 'sessions_3_to_6', 'core_5', 'paywall', 'enterprise',
    'admin', 'invites_2', 'invites_3', 'features', 'integrations', 'onboarding', 'use_case', 'api_calls', 'pricing',
    'active_days', 'depth', 'active_seconds', 'limit_warnings', 'upgrade_prompts', 'errors', 'projects', 'premium_uses',
    'premium_tries', 'seniority_4', 'seniority_5', 'employees_50_to_199', 'employees_200', 'employees_100_to_500', 'icp',
    'fit', 'funding', 'tech_stack', 'revenue'
);

-- At least k in a window: from the k-th on, until the first of the k is too old. No counting is needed.
create temp table fact_conditions as
with facts_once (kind, key, hours) as (
    values
        ('feature_used', 'features', 720), ('source_connected', 'integrations', 720),
        ('integration_connected', 'integrations', 720), ('api_called', 'api_calls', 720), ('pricing_viewed', 'pricing', 720),
        ('limit_warning_shown', 'limit_warnings', 720), ('upgrade_prompt_shown', 'upgrade_prompts', 720),
        ('error_shown', 'errors', 720), ('premium_feature_blocked', 'paywall', 720), ('usage_limit_hit', 'paywall', 720),
        ('sso_settings_opened', 'enterprise', 720), ('scim_settings_opened', 'enterprise', 720),
        ('audit_log_opened', 'enterprise', 720), ('admin_settings_opened', 'admin', 720),
        ('project_created', 'projects', 2160), ('onboarding_completed', 'onboarding', null), ('use_case_chosen', 'use_case', null)
),
once as (
    select
        user_no, cast(key as condition) as key, occurred_at as valid_from,
        coalesce(occurred_at + to_hours(hours), never()) as valid_to
    from events inner join facts_once on events.kind = cast(facts_once.kind as event_kind)
    where
        is_active and (key not in ('features', 'integrations', 'use_case') or object_id is not null)
    union all
    select user_no, 'premium_uses', occurred_at, occurred_at + interval 720 hours from events where is_active and is_premium
    union all
    select user_no, 'active_days', started_at, date_trunc('day', started_at) + interval 720 hours from sessions
    union all
    select user_no, 'active_seconds', ended_at, started_at + interval 720 hours from sessions where active_us >= 1000000
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
        lag(occurred_at, at_least - 1) over (partition by user_no, key order by occurred_at) + to_hours(hours) as valid_to
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
    where longer.title = matches.title and longer.keyword <> matches.keyword and contains(longer.keyword, matches.keyword)
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
        if(employees >= 50 and employees < 200, 'employees_50_to_199', null), if(employees >= 200, 'employees_200', null),
        if(employees >= 100 and employees < 501, 'employees_100_to_500', null), if(is_icp, 'icp', null),
        if(employees >= 50 or (employees is null and is_icp), 'fit', null)
    ], lambda key: key is not null)) as key, valid_from, coalesce(valid_to, never()) as valid_to
    from account_history
    union all
    select account_id, case kind
        when 'funding_round_announced' then 'funding' when 'revenue_reported' then 'revenue' else 'tech_stack'
    end, occurred_at, case kind
        when 'funding_round_announced' then occurred_at + interval 4320 hours
        when 'revenue_reported' then occurred_at + interval 8760 hours else never()
    end
    from account_events
),
depth_changes as (
    select user_no, 'depth' as key, started_at as changed_at, 0 as actions, 1 as sessions from sessions
    union all
    select user_no, 'depth', started_at + interval 720 hours, 0, -1 from sessions
    union all
    select user_no, 'depth', occurred_at, 1, 0 from session_core_actions
    union all
    select user_no, 'depth', session_started_at + interval 720 hours, -1, 0 from session_core_actions
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
    qualify is_deep is distinct from coalesce(lag(is_deep) over (partition by user_no order by changed_at), false)
),
depth_spans as (
    select user_no, changed_at as valid_from, lead(changed_at) over (partition by user_no order by changed_at) as valid_to, is_deep
    from depth_crossings
),
session_band_changes as (
    select user_no, 'sessions_3_to_6' as key, valid_from as changed_at, if(key = 'sessions_3', 1, -1) as amount
    from fact_conditions where key in ('sessions_3', 'sessions_7')
    union all
    select user_no, 'sessions_3_to_6', valid_to, if(key = 'sessions_3', -1, 1)
    from fact_conditions where key in ('sessions_3', 'sessions_7')
),
other_spans as (
    select memberships.user_no, account_conditions.key, greatest(account_conditions.valid_from, memberships.valid_from)
        as valid_from, nullif(least(account_conditions.valid_to, memberships.valid_to), never()) as valid_to
    from account_conditions inner join memberships
        on account_conditions.account_id = memberships.account_id
        and account_conditions.valid_from < memberships.valid_to and memberships.valid_from < account_conditions.valid_to
    union all
    select user_no, key, greatest(valid_from, started_at), valid_to
    from user_history
    inner join people using (user_id)
    inner join title_ranks using (title)
    inner join (values ('seniority_4', 4), ('seniority_5', 5)) as bounds (key, lower) on seniority_rank >= lower
    where coalesce(valid_to, never()) > started_at
    union all
    select user_no, bounds.key, valid_from, valid_to
    from invite_counts inner join (values ('invites_2', 2), ('invites_3', 3)) as bounds (key, lower) on total >= lower
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


-- Rules, triggers, pillars: what moves a score -----------------------------------------------------------------------

create temp table rules (model_id varchar, rule_id varchar, layer varchar, points bigint, key condition, metric_id varchar);

insert into rules values
    ('pillars_003', 'activated', 'activation', 20, 'activated', 'activated'),
    ('pillars_003', 'activated_within_7d', 'activation', 10, 'activated_within_7d', 'activated_within_7d'),
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
    ('pillars_003', 'context_upgrade_prompts', 'other', 0, 'upgrade_prompts', 'upgrade_prompts_30d'),
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
    select * exclude (key), {'model_id': model_id, 'rule_id': rule_id, 'layer': layer, 'points': points} as key
    from lines where rule_id in ('enterprise_access', 'premium_feature')
)
select user_no, model_id, rule_id, layer, points, metric_id, valid_from, valid_to
from lines where rule_id not in ('enterprise_access', 'premium_feature')
union all
select runs.user_no, runs.key.model_id, runs.key.rule_id, runs.key.layer, runs.key.points, min(metric_id), runs.valid_from, runs.valid_to
from merged(alternatives) as runs
inner join alternatives
    on runs.user_no = alternatives.user_no and runs.key = alternatives.key and runs.valid_from = alternatives.valid_from
group by all;

create temp table hits as
with hit_kinds (kind, trigger_id, respond_hours, rearm_hours) as (
    values
        ('premium_feature_blocked', 'paywall', 4, 168), ('usage_limit_hit', 'paywall', 4, 168),
        ('sso_settings_opened', 'enterprise_access', 24, 168), ('scim_settings_opened', 'enterprise_access', 24, 168),
        ('audit_log_opened', 'enterprise_access', 24, 168), ('sales_contacted', 'hand_raise', 1, 0)
),
found as (
    select distinct user_no, trigger_id, occurred_at as hit_at, respond_hours, rearm_hours
    from events inner join hit_kinds on events.kind = cast(hit_kinds.kind as event_kind)
    where is_active
    union
    select distinct user_no, 'invite_burst', occurred_at, 24, 168
    from invites inner join invite_counts using (user_no)
    where key = 168 and total >= 5 and occurred_at >= valid_from and occurred_at < coalesce(valid_to, never())
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
        if(layer = 'usage', points, 0) as usage, if(layer = 'fit', points, 0) as fit, if(layer = 'intent', points, 0) as intent,
        0 as pillars, 0 as hot, 0 as precedence
    from rule_lines where points <> 0
    -- the three pillars of a model are the bits of a number, in the order of their names
    union all by name
    select model_id, user_no, valid_from, valid_to, pillars
    from conditions inner join (
        values
            ('pillars_003', 'activated', 1), ('pillars_003', 'fit', 2), ('pillars_003', 'sessions_3', 4),
            ('simple_and_004', 'activated', 1), ('simple_and_004', 'invites_2', 2), ('simple_and_004', 'sessions_3', 4)
    ) as pillar_bits (model_id, key, pillars) using (key)
    union all by name
    select model_id, user_no, started_at as valid_from from people cross join models
    union all by name
    select 'pillars_003' as model_id, user_no, valid_from, valid_to, 1 as hot from merged(hot_at_all)
    union all by name
    select model_id, user_no, valid_from, valid_to, precedence from exclusions cross join models
)
select
    model_id, user_no, valid_from as changed_at, activation, usage, fit, intent, coalesce(pillars, 0) as pillars, hot, precedence
from spans
union all
select model_id, user_no, valid_to, -activation, -usage, -fit, -intent, -pillars, -hot, -precedence
from spans where valid_to is not null;


-- Scores at every instant --------------------------------------------------------------------------------------------

create temp table history as
with sums as (
    select
        model_id, user_no, changed_at as valid_from,
        coalesce(sum(sum(activation)) over in_order, 0) as activation, coalesce(sum(sum(usage)) over in_order, 0) as usage,
        coalesce(sum(sum(fit)) over in_order, 0) as fit, coalesce(sum(sum(intent)) over in_order, 0) as intent,
        coalesce(sum(sum(pillars)) over in_order, 0) as pillars, coalesce(sum(sum(hot)) over in_order, 0) as hot,
        coalesce(sum(sum(precedence)) over in_order, 0) as precedence
    from moves
    group by model_id, user_no, changed_at
    window in_order as (partition by model_id, user_no order by changed_at)
),
capped as (
    select
        *,
        if(
            model_id = 'pillars_003', least(activation, 30) + least(usage, 30) + least(fit, 25) + least(intent, 30),
            activation + usage + fit + intent
        ) as capped_score,
        case model_id
            when 'pillars_003' then capped_score >= 50 and pillars = 7 when 'weighted_000' then capped_score >= 60 else pillars = 7
        end and precedence = 0 as is_qualified,
        hot > 0 and precedence = 0 as is_trigger_hot
    from sums
),
judged as (
    select
        model_id, user_no, valid_from, if(precedence = 0, capped_score, 0) as score, capped_score, activation, usage, fit, intent, pillars,
        precedence, is_qualified,
        case
            when precedence > 0 then 'excluded'
            when is_trigger_hot or (is_qualified and model_id = 'pillars_003' and capped_score >= 70) then 'hot'
            when is_qualified then 'pql'
            when model_id = 'pillars_003' and capped_score >= 50 then 'candidate'
            else 'not_qualified'
        end as status,
        case
            when is_qualified and is_trigger_hot then 'both' when is_qualified then 'score' when is_trigger_hot then 'trigger'
        end as qualified_by
    from capped
),
changed as (
    select * from judged
    qualify row(score, activation, usage, fit, intent, pillars, precedence, status, qualified_by) is distinct from
        lag(row(score, activation, usage, fit, intent, pillars, precedence, status, qualified_by)) over (
            partition by model_id, user_no order by valid_from
        )
)
select *, lead(valid_from) over (partition by model_id, user_no order by valid_from) as valid_to
from changed;

create temp table reasons (precedence integer, reason varchar);
insert into reasons values
    (1, 'erased'), (2, 'no_consent'), (3, 'bot'), (4, 'internal'), (5, 'competitor'), (6, 'customer'),
    (7, 'open_opportunity'), (8, 'disqualified');

create temp table pillar_names as
with sets as (
    select model_id, pillars, list_filter(
        [{'pillar': first, 'bit': 1}, {'pillar': second, 'bit': 2}, {'pillar': third, 'bit': 4}], lambda one: one.pillar is not null
    ) as all_pillars
    from (
        values ('pillars_003', 'activation', 'fit', 'usage'), ('simple_and_004', 'activation', 'invites', 'usage')
    ) as models (model_id, first, second, third)
    cross join generate_series(0, 7) as numbers (pillars)
)
select
    model_id, pillars,
    nullif(array_to_string([one.pillar for one in all_pillars if pillars & one.bit > 0], ', '), '') as pillars_held,
    nullif(array_to_string([one.pillar for one in all_pillars if pillars & one.bit = 0], ', '), '') as pillars_missing
from sets;

create table pql_score_history as
select
    model_id, cast(1 as bigint) as model_version, user_id, valid_from, valid_to, status, status in ('pql', 'hot') as is_pql,
    status = 'hot' as is_hot, cast(score as bigint) as score, cast(activation as bigint) as activation_points,
    cast(usage as bigint) as usage_points, cast(fit as bigint) as fit_points, cast(intent as bigint) as intent_points,
    cast(0 as bigint) as other_points, cast(score - activation - usage - fit - intent as bigint) as adjustment_points,
    pillars_held, pillars_missing, qualified_by, reason as ineligibility_reason
from history
inner join people using (user_no)
left join pillar_names using (model_id, pillars)
left join reasons using (precedence);

create table pql_score_ledger as
with adjustments as (
    -- only intent can exceed its cap, and nothing is worth less than 0
    select user_no, {'model_id': model_id, 'line_id': 'cap_intent', 'layer': 'intent', 'points': 30 - intent} as key, valid_from, valid_to
    from history where model_id = 'pillars_003' and intent > 30
    union all
    select user_no, {'model_id': model_id, 'line_id': 'exclusion', 'layer': null, 'points': -capped_score}, valid_from, valid_to
    from history where precedence > 0 and capped_score > 0
),
lines as (
    select user_no, model_id, rule_id as line_id, 'rule' as line_type, layer, points, metric_id, valid_from, valid_to from rule_lines
    union all
    select
        user_no, key.model_id, key.line_id, if(key.line_id = 'exclusion', 'exclusion', 'cap'), key.layer, key.points, null,
        valid_from, valid_to
    from merged(adjustments)
)
select
    model_id, cast(1 as bigint) as model_version, user_id, line_id, line_type, layer, cast(points as bigint) as points, metric_id,
    valid_from, valid_to
from lines inner join people using (user_no);


-- Changes of status, and what tipped them ------------------------------------------------------------------------------

create table pql_transitions as
with previous as (
    select
        model_id, user_no, valid_from as transitioned_at, status as to_status, score as score_after, precedence,
        pillars = 7 as has_all, coalesce(qualified_by in ('trigger', 'both'), false) as is_trigger_hot,
        lag(status) over in_order as from_status, lag(score) over in_order as score_before,
        lag(precedence) over in_order as precedence_before, lag(pillars = 7) over in_order as had_all,
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
            when 'hot' in (from_status, to_status) and is_trigger_hot <> was_trigger_hot then 'trigger'
            when model_id <> 'weighted_000' and has_all <> had_all then 'pillar'
            else 'line'
        end as kind
    from previous
    where from_status is distinct from to_status
),
triggers as (
    select changes.model_id, changes.user_no, transitioned_at, coalesce(min(key) filter (valid_from = transitioned_at), min(key)) as name
    from changes inner join hot_history
        on changes.user_no = hot_history.user_no and transitioned_at in (hot_history.valid_from, hot_history.valid_to)
    where kind = 'trigger'
    group by all
),
pillars as (
    select changes.model_id, changes.user_no, transitioned_at, min(pillar) as name
    from changes
    inner join conditions using (user_no)
    inner join (
        values
            ('pillars_003', 'activated', 'activation'), ('pillars_003', 'fit', 'fit'), ('pillars_003', 'sessions_3', 'usage'),
            ('simple_and_004', 'activated', 'activation'), ('simple_and_004', 'invites_2', 'invites'),
            ('simple_and_004', 'sessions_3', 'usage')
    ) as pillar_conditions (model_id, key, pillar)
        on changes.model_id = pillar_conditions.model_id and conditions.key = cast(pillar_conditions.key as condition)
    where kind = 'pillar' and transitioned_at = if(has_all, valid_from, valid_to)
    group by all
),
rule_changes as (
    select changes.model_id, changes.user_no, transitioned_at, rule_id as name,
        sum(if(valid_from = transitioned_at, points, -points) * sign(score_after - score_before)) as points
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
    qualify row_number() over (partition by model_id, user_no, transitioned_at order by points desc, name) = 1
)
select
    model_id, cast(1 as bigint) as model_version, user_id, transitioned_at, from_status, to_status,
    case kind when 'start' then 'start' when 'exclusion' then 'exclusion:' || reason else kind || ':' || name end as cause,
    cast(score_before as bigint) as score_before, cast(score_after as bigint) as score_after
from changes
inner join people using (user_no)
left join names using (model_id, user_no, transitioned_at)
left join reasons on if(to_status = 'excluded', changes.precedence, precedence_before) = reasons.precedence;


-- Scores now -------------------------------------------------------------------------------------------------------------

create temp table counts as
with recent as (
    select
        user_no, kind, is_core, is_premium, object_id, occurred_at
    from events
    where is_active and occurred_at > getvariable('as_of') - interval 2160 hours
)
select
    user_no,
    count(*) filter (kind = 'project_created') as projects, max(occurred_at) filter (kind = 'project_created') as project_at,
    count(*) filter (is_core and is_young) as core, max(occurred_at) filter (is_core and is_young) as core_at,
    count(distinct object_id) filter (kind = 'feature_used' and is_young) as features,
    count(*) filter (kind in ('premium_feature_blocked', 'usage_limit_hit') and is_young) as paywall,
    max(occurred_at) filter (kind in ('premium_feature_blocked', 'usage_limit_hit') and is_young) as paywall_at,
    count(*) filter (kind in ('sso_settings_opened', 'scim_settings_opened', 'audit_log_opened') and is_young) as enterprise,
    max(occurred_at) filter (kind in ('sso_settings_opened', 'scim_settings_opened', 'audit_log_opened') and is_young) as enterprise_at,
    count(*) filter (kind = 'admin_settings_opened' and is_young) as admin,
    max(occurred_at) filter (kind = 'admin_settings_opened' and is_young) as admin_at,
    count(*) filter (is_premium and is_young) as premium_uses, max(occurred_at) filter (is_premium and is_young) as premium_use_at,
    count(*) filter (kind = 'premium_feature_blocked' and is_young) as premium_tries,
    max(occurred_at) filter (kind = 'premium_feature_blocked' and is_young) as premium_try_at
from (select *, occurred_at > getvariable('as_of') - interval 720 hours as is_young from recent)
group by user_no;

create temp table now as
with session_counts as (
    select
        user_no, count(*) filter (started_at > getvariable('as_of') - interval 336 hours) as sessions,
        max(started_at) filter (started_at > getvariable('as_of') - interval 336 hours) as session_at,
        count(*) as sessions_30d, count(distinct date_trunc('day', started_at)) filter (
            date_trunc('day', started_at) > getvariable('as_of') - interval 720 hours
        ) as active_days
    from sessions where started_at > getvariable('as_of') - interval 720 hours group by user_no
),
depth as (
    select user_no, count(*) as session_core_actions
    from session_core_actions where session_started_at > getvariable('as_of') - interval 720 hours group by user_no
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
        on memberships.account_id = account_history.account_id and account_history.valid_from <= getvariable('as_of')
        and coalesce(account_history.valid_to, never()) > getvariable('as_of')
    where memberships.valid_from <= getvariable('as_of') and memberships.valid_to > getvariable('as_of')
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

create temp table words_of_rules as
select model_id, metric_id, rule_id, reason, next_step
from read_csv(getvariable('lists') || '/pql_rules.csv');

create macro in_words(given, number) as replace(
    replace(given, '{value}', coalesce(cast(number as varchar), '')), '{s}', if(number = 1, '', 's')
);

create temp table top_reasons as
with held as (
    select *, row_number() over (partition by model_id, user_no order by points desc, rule_id) as place
    from rule_lines
    where points > 0 and valid_from <= getvariable('as_of') and coalesce(valid_to, never()) > getvariable('as_of')
    qualify place <= 3
),
valued as (
    select held.*, reason, case metric_id
        when 'sessions_14d' then coalesce(sessions, 0) when 'core_actions_30d' then core when 'employees' then employees
        when 'paywall_hits_30d' then paywall when 'enterprise_accesses_30d' then enterprise when 'admin_accesses_30d' then admin
        when 'invites_30d' then invites when 'projects_created_90d' then projects when 'premium_uses_30d' then premium_uses
        when 'premium_tries_30d' then premium_tries when 'seniority_rank' then seniority_rank
    end as value, case metric_id
        when 'activated' then activated_at when 'sessions_14d' then session_at when 'core_actions_30d' then core_at
        when 'paywall_hits_30d' then paywall_at when 'enterprise_accesses_30d' then enterprise_at
        when 'admin_accesses_30d' then admin_at when 'invites_30d' then invite_at when 'projects_created_90d' then project_at
        when 'premium_uses_30d' then premium_use_at when 'premium_tries_30d' then premium_try_at
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
        and valid_from <= getvariable('as_of') and coalesce(valid_to, never()) > getvariable('as_of')
),
proposals as (
    select model_id, user_no, valid_to, usage, intent, fit, activation, pillars, unnest([
        {'metric_id': 'activated', 'bound': 1, 'value': if(activated_at is null, 0, 1), 'activation': 20, 'usage': 0, 'intent': 0,
            'pillar': 1},
        {'metric_id': 'core_actions_30d', 'bound': 5, 'value': coalesce(core, 0), 'activation': 0, 'usage': 10, 'intent': 0,
            'pillar': 0},
        {'metric_id': 'invites_30d', 'bound': 2, 'value': coalesce(invites, 0), 'activation': 0, 'usage': 0, 'intent': 10,
            'pillar': 0},
        {'metric_id': 'sessions_14d', 'bound': 3, 'value': coalesce(sessions, 0), 'activation': 0, 'usage': 10, 'intent': 0,
            'pillar': 4},
        {'metric_id': 'sessions_14d', 'bound': 7, 'value': coalesce(sessions, 0), 'activation': 0,
            'usage': if(coalesce(sessions, 0) < 3, 20, 10), 'intent': 0, 'pillar': 4}
    ]) as step
    from current inner join now using (user_no) where model_id = 'pillars_003'
    union all
    select model_id, user_no, valid_to, usage, intent, fit, activation, pillars, unnest([
        {'metric_id': 'invites_30d', 'bound': 3, 'value': coalesce(invites, 0), 'activation': 0, 'usage': 0, 'intent': 15,
            'pillar': 0},
        {'metric_id': 'premium_uses_30d', 'bound': 1, 'value': coalesce(premium_uses, 0), 'activation': 0, 'usage': 0,
            'intent': if(coalesce(premium_tries, 0) >= 2, 0, 10), 'pillar': 0},
        {'metric_id': 'projects_created_90d', 'bound': 1, 'value': coalesce(projects, 0), 'activation': 20, 'usage': 0, 'intent': 0,
            'pillar': 0}
    ])
    from current inner join now using (user_no) where model_id = 'weighted_000'
),
enough as (
    select model_id, user_no, valid_to, step.bound - step.value as increase, step.metric_id as metric_id
    from proposals
    where
        step.bound > step.value
        and case model_id
            when 'pillars_003' then (pillars | step.pillar) = 7 and
                least(activation + step.activation, 30) + least(usage + step.usage, 30) + least(fit, 25)
                + least(intent + step.intent, 30) >= 50
            else activation + usage + fit + intent + step.activation + step.usage + step.intent >= 60
        end
    qualify row_number() over (partition by model_id, user_no order by increase, metric_id) = 1
)
select model_id, user_no, in_words(replace(
    replace(next_step, if(valid_to is null, ' by {by}', '{by}'), coalesce(cast(cast(valid_to as date) as varchar), '')),
    '{increase}', '{value}'
), increase) as next_step
from enough
inner join (
    select model_id, metric_id, min(next_step) as next_step from words_of_rules where next_step is not null group by all
) as words using (model_id, metric_id);

create temp table hot_now as
with hot_by_score as (
    select user_no, 'score' as key, valid_from, valid_to
    from history
    where model_id = 'pillars_003' and is_qualified and score >= 70 and valid_from <= getvariable('as_of')
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
    user_no, 'pillars_003' as model_id, string_agg(trigger_id, ', ' order by trigger_id) as hot_triggers,
    min(respond_by_at) as respond_by_at
from open_answers
group by user_no;

create table pql_scores as
with entries as (
    select model_id, user_id, min(transitioned_at) as first_pql_at, max(transitioned_at) as latest_pql_at, count(*) as times_qualified
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
    if(signed_up_at <= getvariable('as_of'), signed_up_at, null) as signed_up_at, activated_at, first_pql_at, latest_pql_at,
    coalesce(times_qualified, 0) as times_qualified, last_active_at,
    coalesce(sessions, 0) as sessions_14d, coalesce(active_days, 0) as active_days_30d, coalesce(core, 0) as core_actions_30d,
    if(sessions_30d > 0, cast(coalesce(session_core_actions, 0) as double) / sessions_30d, null) as core_actions_per_session_30d,
    coalesce(features, 0) as features_used_30d, coalesce(invites, 0) as invites_30d,
    coalesce(invites_accepted, 0) as invites_accepted_30d, coalesce(paywall, 0) as paywall_hits_30d,
    coalesce(enterprise, 0) as enterprise_accesses_30d,
    employees, industry, cast(seniority_rank as bigint) as seniority_rank, top_reasons,
    cast(if(pql_threshold is null, null, greatest(pql_threshold - score, 0)) as bigint) as points_to_pql,
    next_step, getvariable('as_of') as as_of
from pql_score_history as scores
inner join now using (user_id)
inner join thresholds using (model_id)
left join entries using (model_id, user_id)
left join hot_now using (model_id, user_no)
left join top_reasons using (model_id, user_no)
left join next_steps using (model_id, user_no)
where scores.valid_from <= getvariable('as_of') and coalesce(scores.valid_to, never()) > getvariable('as_of');
