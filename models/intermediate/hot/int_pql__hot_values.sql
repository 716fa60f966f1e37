-- One row per entity, metric that a trigger watches and interval of one value, from the first fact on.
{{ config(materialized='ephemeral') }}
{%- set keys = ['entity_type', 'entity_id', 'metric_id'] %}

with

facts as (

    select * from {{ ref('int_pql__hot_facts') }}

),

-- a second fact about the same object, person or day prolongs the first
keyed_facts as (

    select * from facts
    where kind in ('distinct_objects', 'distinct_users', 'active_days')

),

keyed_runs as (

    {{ pql_merged_intervals('keyed_facts', keys + ['fact_key']) }}

),

counted as (

    select {{ keys | join(', ') }}, quantity, valid_from, valid_to
    from facts
    where kind in ('count', 'sum')

    union all

    select {{ keys | join(', ') }}, 1 as quantity, valid_from, valid_to
    from keyed_runs

),

changes_of_facts as (

    {{ pql_changes_of_intervals('counted', keys, ['quantity']) }}

),

changes as (

    select {{ keys | join(', ') }}, changed_at, quantity as value, 0 as is_open
    from changes_of_facts

),

final as (

    {{ pql_intervals_of_changes('changes', keys, ['value'], ends=false) }}

)

select * from final
