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

subjects as (

    select episode_id, contact_user_id as user_id, cast(null as varchar) as account_id
    from seen

    union all

    select episode_id, null as user_id, account_id
    from seen

),

answers as (

    select
        episodes.episode_id,
        dispositions.disposition,
        dispositions.disposed_at,
        row_number() over (
            partition by episodes.episode_id
            order by dispositions.disposed_at desc, {{ pql_byte_order('dispositions.disposition_id') }} desc
        ) as place_from_end
    from episodes
    cross join clock
    inner join subjects on episodes.episode_id = subjects.episode_id
    inner join dispositions
        on
            coalesce(subjects.user_id, '') = coalesce(dispositions.user_id, '')
            and coalesce(subjects.user_id, subjects.account_id) = coalesce(dispositions.user_id, dispositions.account_id)
            and episodes.model_id = coalesce(dispositions.model_id, episodes.model_id)
            and episodes.trigger_id = coalesce(dispositions.trigger_id, episodes.trigger_id)
            and episodes.fired_at <= dispositions.disposed_at
            and coalesce(episodes.next_fired_at, {{ pql_never() }}) > dispositions.disposed_at
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
