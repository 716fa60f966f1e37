{#-
The rows of a raw table, typed, each marked as what it is: unacceptable, a repeat (load_number above 1), a conflict, corrected,
or the version that holds. What docs/definitions.md says of row identity, in its three steps; events have their own models,
because only their new rows are read. A condition may leave out whole keys, which saves judging them.
-#}

{% macro pql_row_versions(table, condition='true') %}
{%- set raw = pql_raw(table) %}
with

typed as (

    select
    {{ pql_typed_columns(table, raw) }}
    {%- if 'loaded_at' not in pql_contract(table)['columns'] %},
    cast(null as timestamp) as loaded_at
    {%- endif %}
    from {{ pql_from(raw) }}

),

known as (

    select
        typed.*,
        {{ pql_row_key(table) }} as row_key,
        {{ pql_content_hash(table) }} as content_hash,
        {{ pql_is_acceptable(table) }} as is_acceptable
    from typed
    where {{ pql_is_known() }} and {{ condition }}

),

-- the same content again is a repeat of its first load
without_repeats as (

    select
        known.*,
        row_number() over (
            partition by row_key, content_hash, is_acceptable order by loaded_at nulls first
        ) as load_number
    from known

),

-- of other contents in the same load, the first by content hash is kept
without_conflicts as (

    select
        without_repeats.*,
        row_number() over (
            partition by row_key, loaded_at, is_acceptable, load_number = 1
            order by {{ pql_byte_order('content_hash') }}
        ) as conflict_number
    from without_repeats

),

-- the newest load holds
final as (

    select
        without_conflicts.*,
        is_acceptable and load_number = 1 and conflict_number > 1 as is_conflict,
        is_acceptable and load_number = 1 and conflict_number = 1 and row_number() over (
            partition by row_key, is_acceptable, load_number = 1 and conflict_number = 1
            order by loaded_at desc nulls last
        ) = 1 as is_current
    from without_conflicts

)

select * from final
{% endmacro %}
