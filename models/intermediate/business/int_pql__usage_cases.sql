-- One row per metric of how the product is used, and session or prompt it counts; the same for all models.
{{ config(materialized='view') }}
with

sessions as (

    select * from {{ ref('int_pql__sessions') }}

),

user_signals as (

    select * from {{ ref('int_pql__signals') }}
    where entity_type = 'user'

),

clusters as (

    select * from {{ ref('int_pql__clusters') }}

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

prompts as (

    select entity_id as user_id, occurred_at, event_id
    from user_signals
    where signal = '{{ var("pql_prompt_signal") }}'

),

follow_ups as (

    select entity_id as user_id, occurred_at
    from user_signals
    where signal in ('{{ var("pql_prompt_answer_signals") | join("', '") }}')

),

-- a prompt of the last hours may still be followed up
prompted as (

    select
        prompts.user_id,
        prompts.event_id,
        prompts.occurred_at,
        max(case when follow_ups.occurred_at is null then 0 else 1 end) as is_followed_up
    from prompts
    cross join clock
    left join follow_ups
        on
            prompts.user_id = follow_ups.user_id
            and prompts.occurred_at <= follow_ups.occurred_at
            and follow_ups.occurred_at <= {{ pql_add_hours('prompts.occurred_at', var('pql_prompt_answer_hours')) }}
    where {{ pql_add_hours('prompts.occurred_at', var('pql_prompt_answer_hours')) }} <= clock.as_of
    group by prompts.user_id, prompts.event_id, prompts.occurred_at

),

used as (

    select 'prompt_engagement_rate' as metric_id, user_id, occurred_at as counted_at, is_followed_up as amount
    from prompted

    union all

    select 'core_actions_per_user' as metric_id, sessions.user_id, sessions.started_at, sessions.core_action_count
    from sessions
    inner join clock on sessions.started_at <= clock.as_of

),

final as (

    select
        used.metric_id,
        cast(null as varchar) as model_id,
        'all' as segment,
        used.user_id as subject_id,
        clusters.cluster_id,
        used.counted_at,
        cast(null as timestamp) as happened_at,
        cast(used.amount as double precision) as amount
    from used
    inner join clusters on used.user_id = clusters.user_id

)

select * from final
