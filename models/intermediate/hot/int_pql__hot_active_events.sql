-- One row per event of the lane whose user was neither bot nor internal at that instant, with the account it counts for.
{{ config(materialized='ephemeral') }}

with

events as (

    select * from {{ ref('int_pql__hot_events') }}

),

unseen_users as (

    select * from {{ ref('int_pql__unseen_users') }}

),

silences as (

    {{ pql_silences() }}

    union all

    select user_id, valid_from, valid_to
    from unseen_users
    where is_silent

),

accounts as (

    select user_id, entity_id as account_id, valid_from, valid_to
    from {{ ref('int_pql__hot_memberships') }}
    where entity_type = 'account'

),

final as (

    {{ pql_active_events('events', 'silences', 'accounts') }}

)

select * from final
