-- One row per user in the lane: when they signed up, as built, or as the rows of `users` say where no build has seen them.
{{ config(materialized='ephemeral') }}

with

hot_users as (

    select * from {{ ref('int_pql__hot_users') }}

),

users as (

    select * from {{ ref('int_pql__users') }}

),

unseen_users as (

    select user_id, min(signed_up_at) as signed_up_at
    from {{ ref('int_pql__unseen_users') }}
    group by user_id

),

final as (

    select hot_users.user_id, coalesce(users.signed_up_at, unseen_users.signed_up_at) as signed_up_at
    from hot_users
    left join users on hot_users.user_id = users.user_id
    left join unseen_users on hot_users.user_id = unseen_users.user_id

)

select * from final
