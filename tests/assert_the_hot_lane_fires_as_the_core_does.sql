-- Prevents alerts that the scores know nothing of, or the other way round: the lane counts its hits anew from raw rows, the
-- core by the intervals of the scores. After a build of both, they agree on every episode.

with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

hits as (

    select
        hits.*,
        max(case when hits.is_firing then hits.hit_at end) over (
            partition by hits.model_id, hits.trigger_id, hits.entity_type, hits.entity_id
            order by hits.hit_at rows unbounded preceding
        ) as fired_at
    from {{ ref('int_pql__hot_hits') }} as hits
    cross join clock
    where hits.hit_at <= clock.as_of

),

of_the_core as (

    select model_id, trigger_id, entity_type, entity_id, fired_at, max(hit_at) as latest_hit_at, count(*) as hit_count,
        max(hot_until) as hot_until, max(respond_by_at) as respond_by_at
    from hits
    group by model_id, trigger_id, entity_type, entity_id, fired_at

),

of_the_lane as (

    select model_id, trigger_id, entity_type, entity_id, fired_at, latest_hit_at, hit_count, hot_until, respond_by_at
    from {{ ref('int_pql__hot_episodes') }}

),

only_the_core as (

    select * from of_the_core
    except
    select * from of_the_lane

),

only_the_lane as (

    select * from of_the_lane
    except
    select * from of_the_core

),

final as (

    select model_id, trigger_id, entity_type, entity_id, fired_at, 'only the core' as who
    from only_the_core

    union all

    select model_id, trigger_id, entity_type, entity_id, fired_at, 'only the lane' as who
    from only_the_lane

)

select * from final
