-- One row per model, trigger, entity and episode up to as_of: a firing and the hits after it, until the next firing.
{{ config(tags=['pql_hot']) }}
{%- set keys = ['model_id', 'trigger_id', 'entity_type', 'entity_id'] %}

with

triggers as (

    select * from {{ ref('pql_hot_triggers') }}

),

hits as (

    select
        hits.*,
        row_number() over (
            partition by {{ keys | join(', ') }}, fired_at
            order by hit_at desc, {{ pql_byte_order('evidence_id') }} desc
        ) as place_from_end
    from {{ ref('int_pql__trigger_hits') }} as hits

),

episodes as (

    select
        {{ keys | join(', ') }},
        fired_at,
        max(hit_at) as latest_hit_at,
        count(distinct hit_at) as hit_count,
        count(*) as fact_count,
        max(case when place_from_end = 1 then value end) as value,
        {{ pql_list_text('case when place_from_end <= 10 then evidence_id end', 'place_from_end') }} as evidence_ids,
        max(case when hit_at = fired_at then {{ pql_byte_order('evidence_id') }} end) as first_evidence_id
    from hits
    group by {{ keys | join(', ') }}, fired_at

),

final as (

    select
        -- ids
        md5(
            episodes.model_id || '|' || episodes.trigger_id || '|' || episodes.entity_type || '|' || episodes.entity_id
            || '|' || {{ pql_instant_text('episodes.fired_at') }}
        ) as episode_id,
        episodes.model_id,
        episodes.trigger_id,
        episodes.entity_type,
        episodes.entity_id,
        episodes.first_evidence_id,

        -- strings
        episodes.evidence_ids,
        triggers.lane as lane_of_trigger,
        triggers.message,

        -- numerics
        episodes.hit_count,
        episodes.fact_count,
        episodes.value,

        -- timestamps
        episodes.fired_at,
        episodes.latest_hit_at,
        {{ pql_add_hours('episodes.latest_hit_at', 'triggers.hot_hours') }} as hot_until,
        {{ pql_add_hours('episodes.fired_at', 'triggers.respond_hours') }} as respond_by_at,
        lead(episodes.fired_at) over (
            partition by episodes.model_id, episodes.trigger_id, episodes.entity_type, episodes.entity_id
            order by episodes.fired_at
        ) as next_fired_at
    from episodes
    inner join triggers on episodes.model_id = triggers.model_id and episodes.trigger_id = triggers.trigger_id

)

select * from final
