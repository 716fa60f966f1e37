-- One row per episode that a rep answered up to as_of, the first answer and the latest.
{{ config(materialized='ephemeral') }}

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

dispositions as (

    select * from {{ ref('base_pql__dispositions') }}
    where is_current

),

-- one relation to join with: engines would else compare every episode with every disposition by time
subjects as (

    select episodes.*, seen.contact_user_id as subject_user_id, cast(null as varchar) as subject_account_id
    from episodes
    inner join seen on episodes.episode_id = seen.episode_id

    union all

    select episodes.*, null as subject_user_id, seen.account_id as subject_account_id
    from episodes
    inner join seen on episodes.episode_id = seen.episode_id

),

answers as (

    select
        subjects.episode_id,
        dispositions.disposition,
        dispositions.disposed_at,
        row_number() over (
            partition by subjects.episode_id
            order by dispositions.disposed_at desc, {{ pql_byte_order('dispositions.disposition_id') }} desc
        ) as place_from_end
    from subjects
    cross join clock
    inner join dispositions
        on
            coalesce(subjects.subject_user_id, '') = coalesce(dispositions.user_id, '')
            and coalesce(subjects.subject_user_id, subjects.subject_account_id)
            = coalesce(dispositions.user_id, dispositions.account_id)
            and subjects.model_id = coalesce(dispositions.model_id, subjects.model_id)
            and subjects.trigger_id = coalesce(dispositions.trigger_id, subjects.trigger_id)
            and subjects.fired_at <= dispositions.disposed_at
            and coalesce(subjects.next_fired_at, {{ pql_never() }}) > dispositions.disposed_at
            and clock.as_of >= dispositions.disposed_at

),

final as (

    select
        episode_id,
        min(disposed_at) as answered_at,
        max(case when place_from_end = 1 then disposition end) as disposition
    from answers
    group by episode_id

)

select * from final
