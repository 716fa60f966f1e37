-- One row per raw event row, typed.
{{ config(materialized='view', tags=pql_tags_of_files()) }}

{%- set raw = pql_raw('events') %}

with

typed as (

    select
    {{ pql_typed_columns('events', raw) }},
    {{ pql_stored_instant('loaded_at', raw) }} as loaded_at_stored
    from {{ pql_from(raw) }}

),

final as (

    select
        typed.*,
        {{ pql_row_key('events') }} as event_key,
        {{ pql_is_acceptable('events') }} as is_acceptable
    from typed
    where {{ pql_is_known() }}

)

select * from final
