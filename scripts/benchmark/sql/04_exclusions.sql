-- Who is left out, why, and when.

create temp table exclusions as
with lead_rows as (
    select
        lead_id, user_id, lower(email) as email, account_id, stage, utc(entered_at) as entered_at,
        least(
            coalesce(utc(left_at), never()),
            coalesce(
                lead(utc(entered_at)) over (partition by lead_id order by entered_at, stage), never()
            )
        ) as left_at
    from read_parquet(getvariable('raw') || '/leads.parquet')
    where lead_id is not null and coalesce(user_id, email) is not null and entered_at is not null
),
lead_reasons as (
    select 7 as precedence, user_id, email, account_id, entered_at as valid_from,
        left_at as valid_to
    from lead_rows where stage = 'opportunity'
    union all
    select 8, user_id, email, null, entered_at, entered_at + interval 30 days
    from lead_rows where stage = 'disqualified'
),
paid as (
    select account_id, user_id, utc(started_at) as valid_from,
        coalesce(utc(ended_at), never()) as valid_to
    from read_parquet(getvariable('raw') || '/subscriptions.parquet')
    where is_paid and started_at is not null
),
account_reasons as (
    select 6 as precedence, account_id, valid_from, valid_to from paid where account_id is not null
    union all
    select precedence, account_id, valid_from,
        valid_to
    from lead_reasons where account_id is not null
),
user_reasons as (
    select 1 as precedence, user_id, min(erased_at) as valid_from, never() as valid_to
    from user_rows where erased_at is not null group by user_id
    union all
    select precedence, user_id, valid_from, coalesce(valid_to, never())
    from user_history,
        unnest(list_filter([
            if(not may_be_profiled, 2, 0), if(is_bot, 3, 0), if(is_internal, 4, 0),
            if(is_competitor, 5, 0)
        ], lambda reason: reason > 0)) as reasons (precedence)
    union all
    select 6, user_id, valid_from, valid_to from paid where user_id is not null
    union all
    select precedence, user_id, valid_from, valid_to from lead_reasons where user_id is not null
    union all
    select
        precedence, user_history.user_id,
        greatest(lead_reasons.valid_from, user_history.valid_from),
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
    select user_no, cut_at as valid_from,
        lead(cut_at) over (partition by user_no order by cut_at) as valid_to
    from cuts
),
first_reasons as (
    select segments.user_no, min(precedence) as key, segments.valid_from, segments.valid_to
    from segments inner join that_last
        on segments.user_no = that_last.user_no
        and segments.valid_from >= that_last.valid_from and segments.valid_from < that_last.valid_to
    group by segments.user_no, segments.valid_from, segments.valid_to
)
select user_no, key as precedence, valid_from,
    nullif(valid_to, never()) as valid_to
from merged(first_reasons);
