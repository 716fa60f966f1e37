-- One row per model version, entity, rule and interval during which it holds: the ledger's rule lines.
-- Rows of one rule_id are alternatives: points once, under the metric of the row that held first.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
with

rules as (

    select * from {{ ref('pql_rules') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

condition_history as (

    select * from {{ ref('int_pql__condition_history') }}
    where state = 'held' and {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

alternatives as (

    select
        rules.model_id,
        rules.model_version,
        model_versions.entity_type,
        condition_history.entity_id,
        rules.rule_id,
        rules.layer,
        rules.points,
        rules.metric_id,
        greatest(condition_history.valid_from, model_versions.valid_from) as valid_from,
        {{ pql_earlier_end('condition_history', 'model_versions') }} as valid_to
    from rules
    inner join model_versions
        on rules.model_id = model_versions.model_id and rules.model_version = model_versions.model_version
    inner join condition_history
        on
            model_versions.entity_type = condition_history.entity_type
            and {{ pql_condition_id('rules.metric_id', 'rules.lower', 'rules.upper', 'false') }}
            = condition_history.condition_id
            and {{ pql_overlap('condition_history', 'model_versions') }}

),

merged as (

    {{ pql_merged_intervals(
        'alternatives', ['model_id', 'model_version', 'entity_type', 'entity_id', 'rule_id', 'layer', 'points']
    ) }}

),

first_metrics as (

    select
        model_id,
        model_version,
        entity_type,
        entity_id,
        rule_id,
        valid_from,
        min({{ pql_byte_order('metric_id') }}) as metric_id
    from alternatives
    group by model_id, model_version, entity_type, entity_id, rule_id, valid_from

),

final as (

    select
        -- ids
        merged.model_id,
        merged.model_version,
        merged.entity_type,
        merged.entity_id,
        merged.rule_id,

        -- strings
        merged.layer,

        -- numerics
        merged.points,

        -- ids
        first_metrics.metric_id,

        -- timestamps
        merged.valid_from,
        merged.valid_to
    from merged
    inner join first_metrics
        on
            merged.model_id = first_metrics.model_id
            and merged.model_version = first_metrics.model_version
            and merged.entity_type = first_metrics.entity_type
            and merged.entity_id = first_metrics.entity_id
            and merged.rule_id = first_metrics.rule_id
            and merged.valid_from = first_metrics.valid_from

)

select * from final
