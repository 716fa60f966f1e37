-- Prevents leads who fall out of the funnel unseen: who has a start has a history in every model, from the start on,
-- or from the first version of the model where that is later.

with

users as (

    select * from {{ ref('int_pql__users') }}

),

first_versions as (

    select model_id, min(valid_from) as valid_from
    from {{ ref('int_pql__model_versions') }}
    where entity_type = 'user'
    group by model_id

),

expected as (

    select
        first_versions.model_id,
        users.user_id,
        greatest(users.started_at, first_versions.valid_from) as begins_at
    from users
    cross join first_versions

),

histories as (

    select model_id, user_id, min(valid_from) as begins_at
    from {{ ref('pql_score_history') }}
    group by model_id, user_id

)

select
    expected.model_id,
    expected.user_id,
    expected.begins_at,
    histories.begins_at as history_begins_at
from expected
left join histories on expected.model_id = histories.model_id and expected.user_id = histories.user_id
where histories.begins_at is null or histories.begins_at <> expected.begins_at
