-- One row per user in the lane and activation sequence they completed that a trigger watches.
{{ config(materialized='ephemeral') }}

with

hot_metrics as (

    select * from {{ ref('int_pql__hot_metrics') }}
    where is_in_lane

),

steps as (

    select * from {{ ref('pql_activation_steps') }}
    where activation_id in (select hot_metrics.activation_id from hot_metrics)

),

facts as (

    select * from {{ ref('int_pql__hot_user_signals') }}

),

users as (

    select * from {{ ref('int_pql__hot_signups') }}

),

memberships as (

    select * from {{ ref('int_pql__hot_memberships') }}
    where entity_type = 'account'

),

final as (

    {{ pql_completed_activations('facts', 'steps', 'users', 'memberships') }}

)

select * from final
