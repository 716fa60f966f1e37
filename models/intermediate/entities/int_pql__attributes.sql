-- One row per entity, attribute and interval; value is null where the attribute is unknown.

with

user_history as (

    select * from {{ ref('int_pql__user_history') }}

),

account_history as (

    select * from {{ ref('int_pql__account_history') }}

),

title_ranks as (

    select * from {{ ref('int_pql__title_ranks') }}

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
