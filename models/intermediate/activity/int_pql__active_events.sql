-- One row per accepted event of a user who was neither bot nor internal at that instant, with the account it counts for.
{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('stg_pql__events') }}

),

silences as (

    {{ pql_silences() }}

),

accounts as (

    select user_id, entity_id as account_id, valid_from, valid_to
    from {{ ref('int_pql__memberships') }}
    where entity_type = 'account' and entity_id is not null

),

final as (

    {{ pql_active_events('events', 'silences', 'accounts') }}

)

select * from final
