-- One row per accepted event of a user who was neither bot nor internal at that instant, with the account it counts for.
{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('stg_pql__events') }}

),

silences as (

    select user_id, valid_from, valid_to
    from {{ ref('int_pql__user_history') }}
    where is_bot or is_internal

),

accounts as (

    select user_id, entity_id as account_id, valid_from, valid_to
    from {{ ref('int_pql__memberships') }}
    where entity_type = 'account' and entity_id is not null

),

final as (

    select
        events.event_id,
        events.user_id,
        coalesce(events.account_id, accounts.account_id) as account_id,
        events.object_id,
        events.target_user_id,
        events.event_name,
        events.properties,
        events.occurred_at
    from events
    left join silences
        on events.user_id = silences.user_id and {{ pql_holds_at('silences', 'events.occurred_at') }}
    left join accounts
        on
            case when events.account_id is null then events.user_id end = accounts.user_id
            and {{ pql_holds_at('accounts', 'events.occurred_at') }}
    where silences.user_id is null

)

select * from final
