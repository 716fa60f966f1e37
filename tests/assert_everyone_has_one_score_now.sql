-- Prevents a list of leads that is too short or too long: whoever has started by as_of is in it once for every model
-- in force, whatever joins the columns come from.

with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

users as (

    select * from {{ ref('int_pql__users') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}
    where entity_type = 'user'

),

expected as (

    select distinct model_versions.model_id, users.user_id
    from model_versions
    cross join users
    cross join clock
    where model_versions.valid_from <= clock.as_of and users.started_at <= clock.as_of

),

found as (

    select model_id, user_id, count(*) as row_count
    from {{ ref('pql_scores') }}
    group by model_id, user_id

)

select
    coalesce(expected.model_id, found.model_id) as model_id,
    coalesce(expected.user_id, found.user_id) as user_id,
    expected.user_id is not null as is_expected,
    coalesce(found.row_count, 0) as row_count
from expected
full outer join found on expected.model_id = found.model_id and expected.user_id = found.user_id
where expected.user_id is null or found.row_count is null or found.row_count > 1
