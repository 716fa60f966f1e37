-- One row per model and user whom a trigger or the score makes hot at as_of: by which triggers, and when the answer is due.
{{ pql_rebuilt_now(['user_id']) }}

with

moment as (

    select * from {{ ref('int_pql__moment') }}

),

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where entity_type = 'user' and {{ pql_has_moved(['entity_id']) }}

),

hits as (

    select * from {{ ref('int_pql__hot_hits') }}
    where entity_type = 'user' and {{ pql_has_moved(['entity_id']) }}

),

triggers as (

    select
        hits.model_id,
        hits.entity_id as user_id,
        hits.trigger_id,
        max(hits.respond_by_at) as respond_by_at
    from hits
    cross join moment
    where hits.hit_at <= moment.as_of
    group by hits.model_id, hits.entity_id, hits.trigger_id
    having max(case when hits.hot_until > moment.as_of then 1 else 0 end) = 1

),

-- since when, without a break, has the score been that of a hot lead?
hot_by_score as (

    select status_history.model_id, status_history.entity_id, status_history.valid_from, status_history.valid_to
    from status_history
    cross join moment
    where status_history.is_hot_by_score and status_history.valid_from <= moment.as_of

),

runs_by_score as (

    {{ pql_merged_intervals('hot_by_score', ['model_id', 'entity_id']) }}

),

hot_by_score_now as (

    select runs_by_score.model_id, runs_by_score.entity_id as user_id, runs_by_score.valid_from
    from runs_by_score
    cross join moment
    where {{ pql_holds_at('runs_by_score', 'moment.as_of') }}

),

reasons as (

    select model_id, user_id, trigger_id, respond_by_at
    from triggers

    union all

    select
        model_id,
        user_id,
        cast(null as varchar) as trigger_id,
        {{ pql_add_hours('valid_from', var('pql_hot_score_respond_hours')) }} as respond_by_at
    from hot_by_score_now

),

final as (

    select
        model_id,
        user_id,
        {{ pql_list_text('trigger_id', pql_byte_order('trigger_id')) }} as hot_triggers,
        min(respond_by_at) as respond_by_at
    from reasons
    group by model_id, user_id

)

select * from final
