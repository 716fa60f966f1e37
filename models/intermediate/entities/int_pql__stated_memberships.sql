-- One row per user, group (account or company domain) and interval in which the rows say the user is in it.
-- The account is that of the users row in force, else the one written on the latest event that names one.
{{ config(materialized='view') }}

with

users as (

    select * from {{ ref('int_pql__users') }}

),

user_history as (

    select * from {{ ref('int_pql__user_history') }}

),

-- users and times for which the users table names no account
before_first_row as (

    select
        users.user_id,
        {{ pql_since_ever() }} as valid_from,
        min(user_history.valid_from) as valid_to
    from users
    left join user_history on users.user_id = user_history.user_id
    group by users.user_id

),

without_account as (

    select user_id, valid_from, valid_to
    from before_first_row
    where valid_to is null or valid_to > valid_from

    union all

    select user_id, valid_from, valid_to
    from user_history
    where account_id is null

),

accounts_on_events as (

    select user_id, account_id, first_event_at
    from {{ ref('int_pql__event_summaries') }}
    where account_id is not null and user_id in (select without_account.user_id from without_account)

),

-- only of these do the events have to be read: the account of all others is on the first that names it and those after it
users_of_several as (

    select user_id
    from accounts_on_events
    group by user_id
    having count(*) > 1

),

events as (

    select
        user_id,
        account_id,
        occurred_at,
        row_number() over (
            partition by user_id, occurred_at order by {{ pql_byte_order('event_id') }} desc
        ) as rank_at_instant
    from {{ ref('stg_pql__events') }}
    where
        account_id is not null
        and user_id in (select users_of_several.user_id from users_of_several)

),

account_changes as (

    select
        user_id,
        account_id,
        occurred_at,
        lag(account_id) over (partition by user_id order by occurred_at) as previous_account_id
    from events
    where rank_at_instant = 1

),

accounts_of_events as (

    select
        user_id,
        account_id,
        occurred_at as valid_from,
        lead(occurred_at) over (partition by user_id order by occurred_at) as valid_to
    from account_changes
    where previous_account_id is null or previous_account_id <> account_id

    union all

    select user_id, account_id, first_event_at as valid_from, cast(null as timestamp) as valid_to
    from accounts_on_events
    where user_id not in (select users_of_several.user_id from users_of_several)

),

final as (

    select user_id, 'account' as entity_type, account_id as entity_id, valid_from, valid_to
    from user_history
    where account_id is not null

    union all

    select
        accounts_of_events.user_id,
        'account' as entity_type,
        accounts_of_events.account_id as entity_id,
        greatest(accounts_of_events.valid_from, without_account.valid_from) as valid_from,
        {{ pql_earlier_end('accounts_of_events', 'without_account') }} as valid_to
    from accounts_of_events
    inner join without_account
        on
            accounts_of_events.user_id = without_account.user_id
            and {{ pql_overlap('accounts_of_events', 'without_account') }}

    union all

    select user_id, 'domain' as entity_type, company_domain as entity_id, valid_from, valid_to
    from user_history
    where company_domain is not null

)

select * from final
