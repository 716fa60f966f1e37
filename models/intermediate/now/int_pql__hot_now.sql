-- One row per model and user who is hot at as_of: by which triggers, and when the answer is due.
with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

status_history as (

    select status_history.*
    from {{ ref('int_pql__status_history') }} as status_history
    cross join clock
    where status_history.entity_type = 'user' and status_history.valid_from <= clock.as_of

),

hot_users as (

    select status_history.model_id, status_history.entity_id as user_id, status_history.is_hot_by_score
    from status_history
    cross join clock
    where status_history.status = 'hot' and {{ pql_holds_at('status_history', 'clock.as_of') }}

),

triggers as (

    select
        hits.model_id,
        hits.entity_id as user_id,
        hits.trigger_id,
        max(hits.respond_by_at) as respond_by_at
    from {{ ref('int_pql__hot_hits') }} as hits
    cross join clock
    where hits.entity_type = 'user' and hits.hit_at <= clock.as_of
    group by hits.model_id, hits.entity_id, hits.trigger_id
    having max(case when hits.hot_until > clock.as_of then 1 else 0 end) = 1

),

-- since when, without a break, has the score been that of a hot lead?
hot_by_score as (

    select model_id, entity_id, valid_from, valid_to
    from status_history
    where is_hot_by_score

),

runs_by_score as (

    {{ pql_merged_intervals('hot_by_score', ['model_id', 'entity_id']) }}

),

trigger_lists as (

    select
        model_id,
        user_id,
        {{ pql_list_text('trigger_id', pql_byte_order('trigger_id')) }} as hot_triggers,
        min(respond_by_at) as respond_by_at
    from triggers
    group by model_id, user_id

),

final as (

    select
        hot_users.model_id,
        hot_users.user_id,
        trigger_lists.hot_triggers,
        nullif(
            least(
                coalesce(trigger_lists.respond_by_at, {{ pql_never() }}),
                coalesce(
                    {{ pql_add_hours('runs_by_score.valid_from', var('pql_hot_score_respond_hours')) }}, {{ pql_never() }}
                )
            ), {{ pql_never() }}
        ) as respond_by_at
    from hot_users
    cross join clock
    left join trigger_lists
        on hot_users.model_id = trigger_lists.model_id and hot_users.user_id = trigger_lists.user_id
    left join runs_by_score
        on
            hot_users.is_hot_by_score
            and hot_users.model_id = runs_by_score.model_id
            and hot_users.user_id = runs_by_score.entity_id
            and {{ pql_holds_at('runs_by_score', 'clock.as_of') }}

)

select * from final
