-- Who, as the register of users and that of companies tell it.

create temp table user_rows as
with contents as (
    select
        user_id, email, account_id, title, profiling_consent, utc(signed_up_at) as signed_up_at,
        coalesce(is_bot, false) as is_bot, coalesce(is_internal, false) as is_internal,
        utc(erased_at) as erased_at,
        utc(effective_at) as effective_at, min(loaded_at) as loaded_at
    from read_parquet(getvariable('raw') || '/users.parquet')
    where user_id is not null
    group by all
),
current as (
    select * from contents
    qualify row_number()
        over (partition by user_id, effective_at order by loaded_at desc nulls last) = 1
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
        account_id, name, domain, replace(replace(employees, ',', ''), ' ', '') as employees,
        industry, owner_id,
        utc(effective_at) as effective_at, min(loaded_at) as loaded_at
    from read_parquet(getvariable('raw') || '/accounts.parquet')
    where account_id is not null
    group by all
),
current as (
    select * from contents
    qualify row_number()
        over (partition by account_id, effective_at order by loaded_at desc nulls last) = 1
)
select
    account_id, current.industry, industries.icp_industry is not null as is_icp,
    cast(nullif(regexp_extract(employees, '^([0-9]{1,12})([.]0+|-[0-9]{1,12}|[+])?$', 1), '')
        as bigint) as employees,
    coalesce(effective_at, since_ever()) as valid_from,
    lead(effective_at) over (partition by account_id order by effective_at nulls first) as valid_to
from current
left join read_csv(getvariable('lists') || '/pql_industries.csv') as industries
    on lower(current.industry) = industries.industry;
