-- One row per entity, attribute and interval; value is null where the attribute is unknown.
with

user_history as (

    select * from {{ ref('int_pql__user_history') }}

),

account_history as (

    select * from {{ ref('int_pql__account_history') }}

),

titles as (

    select
        {{ pql_words('keyword') }} as keyword,
        seniority_rank,
        is_decision_maker
    from {{ ref('pql_titles') }}

),

held_titles as (

    select distinct {{ pql_words('title') }} as title
    from user_history
    where title is not null

),

matches as (

    select
        held_titles.title,
        titles.keyword,
        titles.seniority_rank,
        titles.is_decision_maker
    from held_titles
    inner join titles on position(titles.keyword in held_titles.title) > 0

),

-- "vice president" is no president: a keyword inside a longer one that matches does not count
longest_matches as (

    select matches.*
    from matches
    left join matches as longer_matches
        on
            matches.title = longer_matches.title
            and matches.keyword <> longer_matches.keyword
            and position(matches.keyword in longer_matches.keyword) > 0
    where longer_matches.keyword is null

),

title_ranks as (

    select
        held_titles.title,
        coalesce(max(longest_matches.seniority_rank), 1) as seniority_rank,
        coalesce(
            max(longest_matches.seniority_rank * 2 + case when longest_matches.is_decision_maker then 1 else 0 end), 0
        ) % 2 as is_decision_maker
    from held_titles
    left join longest_matches on held_titles.title = longest_matches.title
    group by held_titles.title

),

users_ranked as (

    select
        user_history.user_id,
        title_ranks.seniority_rank,
        title_ranks.is_decision_maker,
        user_history.valid_from,
        user_history.valid_to
    from user_history
    left join title_ranks on {{ pql_words('user_history.title') }} = title_ranks.title

),

final as (

    select 'user' as entity_type, user_id as entity_id, 'seniority_rank' as attribute,
        cast(seniority_rank as bigint) as value, valid_from, valid_to
    from users_ranked

    union all

    select 'user' as entity_type, user_id as entity_id, 'is_decision_maker' as attribute,
        cast(is_decision_maker as bigint) as value, valid_from, valid_to
    from users_ranked

    union all

    select 'account' as entity_type, account_id as entity_id, 'employees' as attribute,
        cast(employees as bigint) as value, valid_from, valid_to
    from account_history

    union all

    select 'account' as entity_type, account_id as entity_id, 'icp_industry' as attribute,
        cast(icp_industry as bigint) as value, valid_from, valid_to
    from account_history

)

select * from final
