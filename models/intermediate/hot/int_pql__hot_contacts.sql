-- One row per episode and person whom it is about or who could be named for it, best first (place 1 is the contact).
-- What is said of them holds at the instant seen: at as_of, or when the episode stopped being hot.
{{ config(materialized='ephemeral') }}

with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

episodes as (

    select
        episodes.episode_id,
        episodes.model_id,
        episodes.entity_type,
        episodes.entity_id,
        least(episodes.hot_until, clock.as_of) as seen_at
    from {{ ref('int_pql__hot_episodes') }} as episodes
    cross join clock

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_id is not null

),

exclusions as (

    select * from {{ ref('int_pql__exclusions') }}

),

attributes as (

    select * from {{ ref('int_pql__attributes') }}
    where attribute = 'seniority_rank'

),

candidates as (

    select episodes.*, entity_id as user_id
    from episodes
    where entity_type = 'user'

    union all

    select episodes.*, memberships.user_id
    from episodes
    inner join memberships
        on
            episodes.entity_type = memberships.entity_type
            and episodes.entity_id = memberships.entity_id
            and {{ pql_holds_at('memberships', 'episodes.seen_at') }}

),

-- only where somebody must be chosen does it matter who was active last
choices as (

    select distinct user_id, seen_at
    from candidates
    where entity_type <> 'user'

),

latest_events as (

    select choices.user_id, choices.seen_at, max(events.occurred_at) as latest_event_at
    from choices
    inner join {{ ref('stg_pql__events') }} as events
        on choices.user_id = events.user_id and choices.seen_at >= events.occurred_at
    group by choices.user_id, choices.seen_at

),

final as (

    select
        candidates.episode_id,
        candidates.model_id,
        candidates.entity_type,
        candidates.entity_id,
        candidates.user_id,
        candidates.seen_at,
        exclusions.reason as ineligibility_reason,
        row_number() over (
            partition by candidates.episode_id
            order by
                case when exclusions.reason is null then 0 else 1 end,
                attributes.value desc nulls last,
                latest_events.latest_event_at desc nulls last,
                {{ pql_byte_order('candidates.user_id') }}
        ) as place
    from candidates
    left join exclusions
        on
            candidates.model_id = exclusions.model_id
            and candidates.user_id = exclusions.user_id
            and {{ pql_holds_at('exclusions', 'candidates.seen_at') }}
    left join attributes
        on
            attributes.entity_type = 'user'
            and candidates.user_id = attributes.entity_id
            and {{ pql_holds_at('attributes', 'candidates.seen_at') }}
    left join latest_events
        on candidates.user_id = latest_events.user_id and candidates.seen_at = latest_events.seen_at

)

select * from final
