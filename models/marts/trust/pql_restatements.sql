-- One row per run, model, user and interval of which the run says something else than runs before it did. A log, never dropped.
-- Only instants up to the latest as_of of those runs: what lay ahead of them was an expectation, not a statement.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    post_hook=[
        "{{ pql_note_said_scores() }}", "{{ pql_note_said_attributes() }}", "{{ pql_note_statement() }}",
        "{{ pql_note_progress() }}",
    ],
    meta={'pql_rebuilt': true},
) }}
{%- if not execute %}
    {%- do [ref('int_pql__touched_entities'), ref('stg_pql__progress'), ref('stg_pql__event_changes')] %}
    {%- do [ref('int_pql__said_attributes'), ref('int_pql__attribute_digests'), ref('int_pql__clock')] %}
{%- endif %}

with

restated_intervals as (

    select * from {{ ref('int_pql__restated_intervals') }}

),

causes as (

    select * from {{ ref('int_pql__restatement_causes') }}

),

last_statement as (

    select max(as_of) as as_of
    from {{ ref('int_pql__statements') }}

),

final as (

    select
        -- the run
        cast('{{ invocation_id }}' as varchar) as run_id,
        {{ pql_instant_literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')) }} as run_at,

        -- about whom and when
        restated_intervals.model_id,
        restated_intervals.user_id,
        restated_intervals.valid_from,
        restated_intervals.valid_to,

        -- what was said, and what is true now
        restated_intervals.said_status,
        restated_intervals.said_score,
        restated_intervals.status,
        restated_intervals.score,
        cast(restated_intervals.changed_columns as varchar) as changed_columns,
        cast(causes.cause as varchar) as cause,
        last_statement.as_of as said_as_of
    from restated_intervals
    inner join causes on restated_intervals.user_id = causes.user_id
    cross join last_statement

)

select * from final
