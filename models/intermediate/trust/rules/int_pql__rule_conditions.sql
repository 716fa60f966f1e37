-- One row per rule, pillar and trigger row: the metric it reads and the values it asks for.
-- Triggers have no version: they stand beside every version of their model.
{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('pql_rules') }}

),

pillars as (

    select * from {{ ref('pql_pillars') }}

),

triggers as (

    select * from {{ ref('pql_hot_triggers') }}

),

final as (

    select
        'pql_rules' as seed,
        {{ pql_rule_row_key('pql_rules', 'rules') }} as row_key,
        model_id,
        model_version,
        metric_id,
        lower,
        upper,
        false as is_unknown
    from rules

    union all

    select
        'pql_pillars' as seed,
        {{ pql_rule_row_key('pql_pillars', 'pillars') }} as row_key,
        model_id,
        model_version,
        metric_id,
        lower,
        upper,
        coalesce(is_unknown, false) as is_unknown
    from pillars

    union all

    select
        'pql_hot_triggers' as seed,
        {{ pql_rule_row_key('pql_hot_triggers', 'triggers') }} as row_key,
        model_id,
        cast(null as bigint) as model_version,
        metric_id,
        lower,
        cast(null as decimal(18, 4)) as upper,
        false as is_unknown
    from triggers

)

select * from final
