-- One row per user who ever was a customer: since when, by a sale of their own or not, and until when.
-- An account that subscribes converts those who are in it then; who joins a paying account later was not sold anything.
with

reasons as (

    select user_id, valid_from, valid_to from {{ ref('int_pql__exclusion_reasons') }}
    where reason = 'customer' and (valid_to is null or valid_to > valid_from)

),

subscriptions as (

    select * from {{ ref('stg_pql__subscriptions') }}
    where is_paid

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_type = 'account'

),

times_as_customer as (

    {{ pql_merged_intervals('reasons', ['user_id']) }}

),

first_times as (

    select
        user_id,
        valid_from,
        valid_to,
        row_number() over (partition by user_id order by valid_from) as number_of_time
    from times_as_customer

),

sales as (

    select user_id, started_at
    from subscriptions
    where user_id is not null

    union

    select memberships.user_id, subscriptions.started_at
    from subscriptions
    inner join memberships
        on
            subscriptions.account_id = memberships.entity_id
            and {{ pql_holds_at('memberships', 'subscriptions.started_at') }}

),

final as (

    select
        first_times.user_id,
        first_times.valid_from as customer_since,
        sales.started_at as converted_at,
        first_times.valid_to as churned_at
    from first_times
    left join sales
        on first_times.user_id = sales.user_id and first_times.valid_from = sales.started_at
    where first_times.number_of_time = 1

)

select * from final
