-- One row per proposal that changes points: by how much, in each layer.
{{ config(materialized='view') }}

with

proposals as (

    select * from {{ ref('int_pql__proposals') }}
    where {{ pql_entity_has_moved(['entity_id']) }}

),

rules as (

    select
        rules.*,
        {{ pql_condition_id('rules.metric_id', 'rules.lower', 'rules.upper', 'false') }} as condition_id
    from {{ ref('pql_rules') }} as rules

),

conditions_now as (

    {{ pql_conditions_now() }}

),

-- the rules that read the proposed metric in one of their rows
rules_concerned as (

    select distinct model_id, model_version, rule_id, metric_id as proposed_metric_id
    from rules
    where points <> 0

),

outcomes as (

    select
        proposals.model_id,
        proposals.entity_id,
        proposals.metric_id,
        proposals.proposed_value,
        rules.rule_id,
        rules.layer,
        rules.points,
        max(coalesce(conditions_now.is_held, 0)) as is_held,
        max(case
            when rules.metric_id <> proposals.metric_id then coalesce(conditions_now.is_held, 0)
            when {{ pql_is_in_band('proposals.proposed_value', 'rules') }} then 1
            else 0
        end) as would_be_held
    from proposals
    inner join rules_concerned
        on
            proposals.model_id = rules_concerned.model_id
            and proposals.model_version = rules_concerned.model_version
            and proposals.metric_id = rules_concerned.proposed_metric_id
    inner join rules
        on
            rules_concerned.model_id = rules.model_id
            and rules_concerned.model_version = rules.model_version
            and rules_concerned.rule_id = rules.rule_id
    left join conditions_now
        on proposals.entity_id = conditions_now.entity_id and rules.condition_id = conditions_now.condition_id
    group by
        proposals.model_id, proposals.entity_id, proposals.metric_id, proposals.proposed_value,
        rules.rule_id, rules.layer, rules.points

),

final as (

    select
        model_id,
        entity_id,
        metric_id,
        proposed_value,
        {% for layer in pql_layers() -%}
        sum(case when layer = '{{ layer }}' then points * (would_be_held - is_held) else 0 end) as {{ layer }}_change
        {{- ',' if not loop.last }}
        {% endfor %}
    from outcomes
    group by model_id, entity_id, metric_id, proposed_value

)

select * from final
