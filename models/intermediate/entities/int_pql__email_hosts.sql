-- One row per host of an e-mail address in use: the company domain it belongs to, and what is listed about it.
{{ config(materialized='view') }}

with

users as (

    select * from {{ ref('stg_pql__users') }}

),

final as (

    {{ pql_email_hosts('users') }}

)

select * from final
