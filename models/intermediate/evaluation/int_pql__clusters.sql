-- One row per user: the cluster that counts as one piece of evidence, since what its members do hangs together.
-- The last company a user was in, else the user alone: nobody is in two, whatever they do in how many weeks.
with

users as (

    select * from {{ ref('int_pql__users') }}

),

companies as (

    select
        user_id,
        entity_type || ':' || entity_id as cluster_id,
        row_number() over (partition by user_id order by entity_type asc, valid_from desc) as rank_of_company
    from {{ ref('int_pql__memberships') }}
    where entity_id is not null

),

final as (

    select
        users.user_id,
        coalesce(companies.cluster_id, 'user:' || users.user_id) as cluster_id
    from users
    left join companies on users.user_id = companies.user_id and companies.rank_of_company = 1

)

select * from final
