-- One row per episode of a hot trigger that a rep had to answer by as_of, and segment: all of them, and its trigger.
-- Whoever the model leaves out, and whoever is left to the product (lane self_serve), waits for no rep.
{{ config(materialized='view') }}
with

episodes as (

    select * from {{ ref('int_pql__hot_episodes') }}

),

seen as (

    select * from {{ ref('int_pql__hot_seen') }}

),

answers as (

    select * from {{ ref('int_pql__hot_answers') }}

),

clusters as (

    select * from {{ ref('int_pql__clusters') }}

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

due as (

    select
        episodes.episode_id,
        episodes.model_id,
        episodes.trigger_id,
        episodes.fired_at,
        coalesce(clusters.cluster_id, episodes.entity_type || ':' || episodes.entity_id) as cluster_id,
        case when answers.answered_at <= episodes.respond_by_at then 1 else 0 end as is_met
    from episodes
    cross join clock
    inner join seen on episodes.episode_id = seen.episode_id
    left join answers on episodes.episode_id = answers.episode_id
    left join clusters on seen.contact_user_id = clusters.user_id
    where
        seen.ineligibility_reason is null
        and not seen.is_self_serve
        and (answers.answered_at is not null or episodes.respond_by_at < clock.as_of)

),

final as (
    {% for segment in ["'all'", 'trigger_id'] %}
    select
        'response_windows_met' as metric_id,
        model_id,
        {{ segment }} as segment,
        episode_id as subject_id,
        cluster_id,
        fired_at as counted_at,
        cast(null as timestamp) as happened_at,
        cast(is_met as double precision) as amount
    from due
    {{- ' union all' if not loop.last }}
    {%- endfor %}

)

select * from final
