-- One row per job title in use, as words: its seniority and whether such a person decides.
{{ config(materialized='view') }}

with

user_history as (

    select * from {{ ref('int_pql__user_history') }}

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

final as (

    select
        held_titles.title,
        coalesce(max(longest_matches.seniority_rank), 1) as seniority_rank,
        coalesce(
            max(longest_matches.seniority_rank * 2 + case when longest_matches.is_decision_maker then 1 else 0 end), 0
        ) % 2 as is_decision_maker
    from held_titles
    left join longest_matches on held_titles.title = longest_matches.title
    group by held_titles.title

)

select * from final
