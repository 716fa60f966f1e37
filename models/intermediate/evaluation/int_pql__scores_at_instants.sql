-- One row per model of free users, user and evaluated instant: score and status, by the history or as they were known then.
{{ config(materialized='view') }}
{%- set known_then = var('pql_evaluation_known_then', '') %}
with

instants as (

    select distinct evaluated_at from {{ ref('int_pql__evaluation_instants') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}
    where entity_type = 'user' and audience = 'free'

),

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where entity_type = 'user'

),

final as (
    {% if known_then %}
    select known_then.model_id, known_then.model_version, known_then.user_id, known_then.evaluated_at,
        known_then.status, known_then.score
    from {{ known_then }}.scores as known_then
    inner join instants on known_then.evaluated_at = instants.evaluated_at
    {%- else %}
    select
        status_history.model_id,
        status_history.model_version,
        status_history.entity_id as user_id,
        instants.evaluated_at,
        status_history.status,
        status_history.score
    from status_history
    inner join model_versions
        on
            status_history.model_id = model_versions.model_id
            and status_history.model_version = model_versions.model_version
    inner join instants on {{ pql_holds_at('status_history', 'instants.evaluated_at') }}
    {%- endif %}

)

select * from final
