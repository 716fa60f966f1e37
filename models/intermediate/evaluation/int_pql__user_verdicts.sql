-- One row per model version: of the people observed, who was missed, and who was flagged in vain.
{{ config(materialized='view') }}
with

observed as (

    select distinct model_id, model_version, user_id
    from {{ ref('int_pql__outcomes') }}

),

conversions as (

    select * from {{ ref('int_pql__conversions') }}

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

flags as (

    select model_id, entity_id as user_id, min(valid_from) as flagged_at
    from {{ ref('int_pql__status_history') }}
    where entity_type = 'user' and status in ('pql', 'hot')
    group by model_id, entity_id

),

rejections as (

    select model_id, user_id, max(disposed_at) as rejected_at
    from {{ ref('stg_pql__dispositions') }}
    where disposition = 'rejected' and user_id is not null
    group by model_id, user_id

),

judged as (

    select
        observed.model_id,
        observed.model_version,
        observed.user_id,
        coalesce(conversions.converted_at <= clock.as_of, false) as has_converted,
        coalesce(flags.flagged_at < coalesce(conversions.customer_since, clock.as_of), false) as was_flagged,
        coalesce(conversions.churned_at <= clock.as_of, false) as has_churned,
        max(case when rejections.rejected_at between flags.flagged_at and clock.as_of then 1 else 0 end) as was_rejected
    from observed
    cross join clock
    left join conversions on observed.user_id = conversions.user_id
    left join flags on observed.model_id = flags.model_id and observed.user_id = flags.user_id
    left join rejections
        on
            observed.user_id = rejections.user_id
            and observed.model_id = coalesce(rejections.model_id, observed.model_id)
    group by
        observed.model_id, observed.model_version, observed.user_id, conversions.converted_at, conversions.customer_since,
        conversions.churned_at, flags.flagged_at, clock.as_of

),

final as (

    select
        model_id,
        model_version,
        count(case when has_converted then 1 end) as converted_users,
        count(case when has_converted and not was_flagged then 1 end) as missed_users,
        count(case when was_flagged then 1 end) as flagged_users,
        count(case when was_flagged and was_rejected = 1 then 1 end) as rejected_users,
        count(case when was_flagged and has_converted and has_churned then 1 end) as churned_users
    from judged
    group by model_id, model_version

)

select * from final
