-- Prevents history rewritten by a change of weights: what a lead was worth then is told by the version of then.

with

history as (

    select * from {{ ref('pql_score_history') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

)

select
    history.model_id,
    history.model_version,
    history.user_id,
    history.valid_from,
    history.valid_to
from history
left join model_versions
    on
        history.model_id = model_versions.model_id
        and history.model_version = model_versions.model_version
        and history.valid_from >= model_versions.valid_from
        and coalesce(history.valid_to, {{ pql_never() }}) <= coalesce(model_versions.valid_to, {{ pql_never() }})
where model_versions.model_id is null
