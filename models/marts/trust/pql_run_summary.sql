-- One row per run that made all tables: what came in, whom it touched, and what it took back. A log, never dropped.
-- make build adds the seconds, and what the run rested on, once the run has ended well.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}

with

intake as (

    select
        sum(rows_in) as rows_in,
        sum(case when table_name = 'events' then rows_in else 0 end) as events_in,
        sum(case when table_name = 'events' then rows_kept else 0 end) as events_kept,
        sum(rows_rejected) as rows_rejected
    from {{ ref('int_pql__intake') }}

),

statements as (

    select * from {{ ref('int_pql__statements') }}

),

-- a build from scratch has nothing to compare with: all events are new, none is late or corrected
earlier_statement as (

    select max(as_of) as as_of
    from statements
    where run_id <> '{{ invocation_id }}'

),

changes as (

    select
        count(distinct case when event_changes.kind = 'late' then event_changes.event_id end) as events_new,
        count(distinct case
            when event_changes.kind = 'late' and event_changes.occurred_at <= earlier_statement.as_of
                then event_changes.event_id
        end) as events_late,
        count(distinct case when event_changes.kind = 'corrected' then event_changes.event_id end) as events_corrected,
        count(distinct case when event_changes.kind = 'deleted' then event_changes.event_id end) as events_deleted
    from {{ ref('stg_pql__event_changes') }} as event_changes
    cross join earlier_statement
    where event_changes.staging_number = (select max(statements.staging_number) from statements)

),

touched as (

    select count(*) as entities_touched
    from {{ ref('int_pql__touched_entities') }}

),

restatements as (

    select count(*) as restatements
    from {{ ref('pql_restatements') }}
    where run_id = '{{ invocation_id }}'

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

final as (

    select
        -- the run
        cast('{{ invocation_id }}' as varchar) as run_id,
        {{ pql_instant_literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')) }} as run_at,
        clock.as_of,

        -- what came in
        cast(intake.rows_in as bigint) as rows_in,
        cast(intake.events_in as bigint) as events_in,
        cast(intake.rows_rejected as bigint) as rows_rejected,
        cast(
            case
                when {{ flags.FULL_REFRESH | lower }} or earlier_statement.as_of is null then intake.events_kept
                else changes.events_new
            end as bigint
        ) as events_new,
        cast(changes.events_late as bigint) as events_late,
        cast(changes.events_corrected as bigint) as events_corrected,
        cast(changes.events_deleted as bigint) as events_deleted,

        -- what it did
        cast(touched.entities_touched as bigint) as entities_touched,
        cast(restatements.restatements as bigint) as restatements,
        cast(null as double precision) as seconds,
        cast(null as varchar) as seconds_by_model,
        cast(null as varchar) as inputs_digest,
        cast(null as varchar) as standing_digest
    from clock
    cross join intake
    cross join changes
    cross join earlier_statement
    cross join touched
    cross join restatements

)

select * from final
