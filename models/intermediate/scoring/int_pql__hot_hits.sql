-- One row per model, trigger, entity and hit: an instant of a fact of the trigger's signal at which its condition holds.
-- A hit fires when the one before is more than rearm_quiet_hours older.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
with

triggers as (

    select * from {{ ref('pql_hot_triggers') }}

),

facts as (

    select * from {{ ref('int_pql__metric_facts') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

condition_history as (

    select * from {{ ref('int_pql__condition_history') }}
    where state = 'held' and {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

hits as (

    select distinct
        triggers.model_id,
        triggers.trigger_id,
        triggers.entity_type,
        facts.entity_id,
        facts.occurred_at as hit_at,
        triggers.hot_hours,
        triggers.respond_hours,
        triggers.rearm_quiet_hours
    from triggers
    inner join facts
        on triggers.metric_id = facts.metric_id and triggers.entity_type = facts.entity_type
    inner join condition_history
        on
            facts.entity_type = condition_history.entity_type
            and facts.entity_id = condition_history.entity_id
            and {{ pql_condition_id('triggers.metric_id', 'triggers.lower', 'null', 'false') }}
            = condition_history.condition_id
            and {{ pql_holds_at('condition_history', 'facts.occurred_at') }}

),

with_previous as (

    select
        hits.*,
        lag(hit_at) over (partition by model_id, trigger_id, entity_id order by hit_at) as previous_hit_at
    from hits

),

fired as (

    select
        with_previous.*,
        previous_hit_at is null
        or {{ pql_add_hours('previous_hit_at', 'rearm_quiet_hours') }} < hit_at as is_firing
    from with_previous

),

final as (

    select
        -- ids
        model_id,
        trigger_id,
        entity_type,
        entity_id,

        -- booleans
        is_firing,

        -- timestamps
        hit_at,
        {{ pql_add_hours('hit_at', 'hot_hours') }} as hot_until,
        {{ pql_add_hours(
            'max(case when is_firing then hit_at end) over (
                partition by model_id, trigger_id, entity_id order by hit_at rows unbounded preceding
            )', 'respond_hours'
        ) }} as respond_by_at
    from fired

)

select * from final
