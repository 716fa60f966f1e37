-- One row per model version, entity and interval of constant sums of what moves the score, while the version is in force.
{{ config(materialized='view') }}
{%- set keys = ['model_id', 'model_version', 'entity_type', 'entity_id'] %}
{%- set values = [] %}
{%- for layer in pql_layers() %}{% do values.append(layer ~ '_points') %}{% endfor %}
{%- set values = values + ['held_pillars', 'is_trigger_hot', 'exclusion_precedence'] %}

with

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

entities as (

    select * from {{ ref('int_pql__entities') }}
    where {{ pql_entity_is_touched(['entity_type', 'entity_id']) }}

),

moves as (

    select * from {{ ref('int_pql__score_moves') }}
    where {{ pql_entity_is_touched(['entity_type', 'entity_id']) }}

),

in_force as (

    select
        model_versions.model_id,
        model_versions.model_version,
        entities.entity_type,
        entities.entity_id,
        greatest(entities.started_at, model_versions.valid_from) as valid_from,
        model_versions.valid_to,
        1 as is_open
    from model_versions
    inner join entities on model_versions.entity_type = entities.entity_type
    where
        model_versions.valid_to is null
        or model_versions.valid_to > greatest(entities.started_at, model_versions.valid_from)

),

openings as (

    {{ pql_changes_of_intervals('in_force', keys, ['is_open']) }}

),

move_changes as (

    {{ pql_changes_of_intervals('moves', keys, values) }}

),

changes as (

    select
        {{ keys | join(', ') }},
        changed_at,
        is_open,
        {% for value in values -%}
        0 as {{ value }}{{ ',' if not loop.last }}
        {% endfor %}
    from openings

    union all

    select {{ keys | join(', ') }}, changed_at, 0 as is_open, {{ values | join(', ') }}
    from move_changes

),

final as (

    {{ pql_intervals_of_changes('changes', keys, values) }}

)

select * from final
