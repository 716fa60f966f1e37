-- One row per user of whom something else was said, with the kinds of change that explain it: their own, else those of others.
{{ config(materialized='view') }}

with

restated_users as (

    select distinct user_id
    from {{ ref('int_pql__restated_intervals') }}

),

input_changes as (

    select * from {{ ref('int_pql__input_changes') }}

),

settings_changes as (

    select earlier.settings_digest <> present.digest as is_changed
    from {{ ref('int_pql__statements') }} as earlier
    cross join {{ ref('int_pql__settings') }} as present
    order by earlier.staging_number desc
    limit 1

),

explained as (

    select
        restated_users.user_id,
        input_changes.kind,
        input_changes.is_own,
        max(case when input_changes.is_own then 1 else 0 end) over (partition by restated_users.user_id) as has_own
    from restated_users
    inner join input_changes on restated_users.user_id = input_changes.user_id

),

causes as (

    select distinct user_id, kind as cause
    from explained
    where is_own or has_own = 0

    union

    select restated_users.user_id, 'rules' as cause
    from restated_users
    cross join settings_changes
    where settings_changes.is_changed

),

final as (

    select
        restated_users.user_id,
        coalesce({{ pql_list_text('causes.cause', 'causes.cause') }}, 'rebuilt') as cause
    from restated_users
    left join causes on restated_users.user_id = causes.user_id
    group by restated_users.user_id

)

select * from final
