-- One row per raw table: what came in and what became of it.

with

event_rows as (

    select coalesce(sum(row_count), 0) as rows_in
    from {{ ref('stg_pql__event_loads') }}

),

unusable_event_rows as (

    select count(*) as rows_not_acceptable
    from {{ ref('stg_pql__faulty_events') }}
    where not is_acceptable

),

event_versions as (

    select
        count(*) as versions,
        coalesce(sum(case when is_conflict then 1 else 0 end), 0) as conflicts,
        coalesce(sum(case when not is_conflict and not is_current then 1 else 0 end), 0) as corrected,
        coalesce(sum(case when is_current and is_deleted then 1 else 0 end), 0) as deleted,
        coalesce(sum(case when is_current and not is_deleted and is_clamped then 1 else 0 end), 0) as clamped,
        coalesce(sum(case when is_current and not is_deleted then 1 else 0 end), 0) as rows_kept
    from {{ ref('stg_pql__event_versions') }}

),

tables as (

    select
        'events' as table_name,
        event_rows.rows_in,
        unusable_event_rows.rows_not_acceptable + event_versions.conflicts as rows_rejected,
        event_rows.rows_in - unusable_event_rows.rows_not_acceptable - event_versions.versions as duplicates,
        event_versions.corrected,
        event_versions.deleted,
        event_versions.clamped,
        event_versions.rows_kept
    from event_rows
    cross join unusable_event_rows
    cross join event_versions
    {% for table in pql_contract(none) if table != 'events' %}
    union all

    select
        '{{ table }}',
        count(*),
        coalesce(sum(case when not is_acceptable or is_conflict then 1 else 0 end), 0),
        coalesce(sum(case when is_acceptable and load_number > 1 then 1 else 0 end), 0),
        coalesce(sum(case
            when is_acceptable and load_number = 1 and not is_conflict and not is_current then 1 else 0
        end), 0),
        0,
        0,
        coalesce(sum(case when is_current then 1 else 0 end), 0)
    from {{ ref('base_pql__' ~ table) }}
    {% endfor %}

),

final as (

    select
        table_name,
        cast(rows_in as bigint) as rows_in,
        cast(rows_rejected as bigint) as rows_rejected,
        cast(duplicates as bigint) as duplicates,
        cast(corrected as bigint) as corrected,
        cast(deleted as bigint) as deleted,
        cast(clamped as bigint) as clamped,
        cast(rows_kept as bigint) as rows_kept
    from tables

)

select * from final
