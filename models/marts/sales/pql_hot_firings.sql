-- One row per episode of a hot trigger: a firing and the hits after it, with whom to answer, until when, and whether that was done.
-- The table is called pql_hot_triggers; as a model it cannot be, because the seed with the triggers is.
{{ config(alias='pql_hot_triggers', tags=['pql_hot']) }}

with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

episodes as (

    select * from {{ ref('int_pql__hot_episodes') }}

),

seen as (

    select * from {{ ref('int_pql__hot_seen') }}

),

answers as (

    select * from {{ ref('int_pql__hot_answers') }}

),

final as (

    select
        -- ids
        episodes.episode_id,
        episodes.model_id,
        episodes.trigger_id,
        episodes.entity_type as subject_type,
        episodes.entity_id as subject_id,
        seen.contact_user_id,
        seen.account_id,
        episodes.first_evidence_id,

        -- strings
        case when seen.is_self_serve then 'self_serve' else episodes.lane_of_trigger end as lane,
        replace(
            {{ pql_with_number('episodes.message', '{value}', 'cast(episodes.value as varchar)') }},
            '{date}', {{ pql_date_text('episodes.latest_hit_at') }}
        ) as message,
        episodes.evidence_ids,
        case
            when answers.answered_at <= episodes.respond_by_at then 'met'
            when answers.answered_at is not null then 'late'
            when clock.as_of <= episodes.respond_by_at then 'pending'
            else 'never_touched'
        end as answer_state,
        answers.disposition,
        seen.ineligibility_reason,

        -- numerics
        cast(episodes.value as bigint) as value,
        cast(episodes.hit_count as bigint) as hit_count,
        cast(episodes.fact_count as bigint) as fact_count,

        -- booleans
        clock.as_of < episodes.hot_until as is_hot,

        -- timestamps
        episodes.fired_at,
        episodes.latest_hit_at,
        episodes.hot_until,
        episodes.respond_by_at,
        answers.answered_at,
        clock.as_of
    from episodes
    cross join clock
    left join seen on episodes.episode_id = seen.episode_id
    left join answers on episodes.episode_id = answers.episode_id

)

select * from final
