-- One row per fact at a hit of a trigger up to as_of, with the firing it belongs to.
-- A hit fires when the one before is more than rearm_quiet_hours older.
{{ config(materialized='ephemeral') }}
{%- set keys = ['model_id', 'trigger_id', 'entity_type', 'entity_id'] %}

with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

triggers as (

    select * from {{ ref('pql_hot_triggers') }}

),

facts as (

    select * from {{ ref('int_pql__hot_facts') }}

),

hot_values as (

    select * from {{ ref('int_pql__hot_values') }}

),

facts_at_hits as (

    select
        triggers.model_id,
        triggers.trigger_id,
        triggers.entity_type,
        triggers.rearm_quiet_hours,
        facts.entity_id,
        facts.evidence_id,
        facts.occurred_at as hit_at,
        hot_values.value
    from triggers
    cross join clock
    inner join facts
        on triggers.metric_id = facts.metric_id and triggers.entity_type = facts.entity_type
    inner join hot_values
        on
            facts.entity_type = hot_values.entity_type
            and facts.entity_id = hot_values.entity_id
            and facts.metric_id = hot_values.metric_id
            and {{ pql_holds_at('hot_values', 'facts.occurred_at') }}
    where
        facts.occurred_at <= clock.as_of
        -- a fact from before the entity began is no hit
        and facts.occurred_at = facts.valid_from
        and (triggers.lower is null or hot_values.value >= triggers.lower)

),

hits as (

    select
        {{ keys | join(', ') }},
        rearm_quiet_hours,
        hit_at,
        lag(hit_at) over (partition by {{ keys | join(', ') }} order by hit_at) as previous_hit_at
    from facts_at_hits
    group by {{ keys | join(', ') }}, rearm_quiet_hours, hit_at

),

with_firing as (

    select
        hits.*,
        max(case
            when previous_hit_at is null or {{ pql_add_hours('previous_hit_at', 'rearm_quiet_hours') }} < hit_at then hit_at
        end) over (
            partition by {{ keys | join(', ') }} order by hit_at rows unbounded preceding
        ) as fired_at
    from hits

),

final as (

    select
        facts_at_hits.model_id,
        facts_at_hits.trigger_id,
        facts_at_hits.entity_type,
        facts_at_hits.entity_id,
        facts_at_hits.evidence_id,
        facts_at_hits.value,
        facts_at_hits.hit_at,
        with_firing.fired_at
    from facts_at_hits
    inner join with_firing
        on
            facts_at_hits.model_id = with_firing.model_id
            and facts_at_hits.trigger_id = with_firing.trigger_id
            and facts_at_hits.entity_type = with_firing.entity_type
            and facts_at_hits.entity_id = with_firing.entity_id
            and facts_at_hits.hit_at = with_firing.hit_at

)

select * from final
