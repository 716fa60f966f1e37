-- One row per model, user and interval, up to the latest as_of of earlier runs, of which this run says something else.
{{ config(materialized='view') }}
{%- set facts = [
    'model_version', 'status', 'score', 'activation_points', 'usage_points', 'fit_points', 'intent_points', 'other_points',
    'adjustment_points', 'pillars_held', 'pillars_missing', 'qualified_by', 'ineligibility_reason',
] %}

with

said as (

    select * from {{ ref('int_pql__said_scores') }}
    where {{ pql_entity_is_touched(['user_id']) }}

),

score_history as (

    select * from {{ ref('pql_score_history') }}
    where {{ pql_entity_is_touched(['user_id']) }}

),

last_statement as (

    select max(as_of) as as_of
    from {{ ref('int_pql__statements') }}

),

cuts as (

    {% for relation in ['said', 'score_history'] -%}
    select model_id, user_id, valid_from as cut_at
    from {{ relation }}

    union

    select model_id, user_id, valid_to as cut_at
    from {{ relation }}
    where valid_to is not null
    {{ 'union' if not loop.last }}

    {% endfor %}
),

segments as (

    select
        model_id,
        user_id,
        cut_at as valid_from,
        lead(cut_at) over (partition by model_id, user_id order by cut_at) as valid_to
    from cuts

),

compared as (

    select
        segments.model_id,
        segments.user_id,
        segments.valid_from,
        case when segments.valid_to <= last_statement.as_of then segments.valid_to end as valid_to,
        said.status as said_status,
        said.score as said_score,
        score_history.status,
        score_history.score,
        {% for fact in facts -%}
        case when (said.{{ fact }} is distinct from score_history.{{ fact }}) then '{{ ' ' ~ fact }}' else '' end
        {{- ' || ' if not loop.last }}
        {% endfor -%}
        as differences
    from segments
    inner join last_statement on segments.valid_from <= last_statement.as_of
    left join said
        on
            segments.model_id = said.model_id
            and segments.user_id = said.user_id
            and {{ pql_holds_at('said', 'segments.valid_from') }}
    left join score_history
        on
            segments.model_id = score_history.model_id
            and segments.user_id = score_history.user_id
            and {{ pql_holds_at('score_history', 'segments.valid_from') }}

),

different as (

    select
        model_id,
        user_id,
        valid_from,
        valid_to,
        said_status,
        said_score,
        status,
        score,
        replace(trim(differences), ' ', ', ') as changed_columns
    from compared
    where differences <> ''

),

final as (

    {{ pql_merged_intervals(
        'different',
        ['model_id', 'user_id', 'said_status', 'said_score', 'status', 'score', 'changed_columns'],
    ) }}

)

select * from final
