-- Accounts of people: what the register says, else the latest event that names one.

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
    select *, lead(occurred_at) over (partition by user_no order by occurred_at) as next_at
        from named
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
select user_no, key as account_id, valid_from,
    coalesce(valid_to, never()) as valid_to
from merged(stated);
