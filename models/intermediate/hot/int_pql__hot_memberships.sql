-- One row per user, account or company domain they are in, and interval: as built, and of users whom no build has seen.
{{ config(materialized='ephemeral') }}

with

unseen_users as (

    select * from {{ ref('int_pql__unseen_users') }}

),

final as (

    select user_id, entity_type, entity_id, valid_from, valid_to
    from {{ ref('int_pql__memberships') }}
    where entity_id is not null

    union all

    select user_id, 'account', account_id, valid_from, valid_to
    from unseen_users
    where account_id is not null

    union all

    select user_id, 'domain', company_domain, valid_from, valid_to
    from unseen_users
    where company_domain is not null

)

select * from final
