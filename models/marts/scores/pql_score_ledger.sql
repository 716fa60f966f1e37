-- One row per model, user, line of the score and interval during which the line's points are constant.
-- Rule lines come from the rules; cap, floor and exclusion lines say what was taken away from their sum.
{{ pql_rebuilt_whole(['user_id']) }}
{%- set keys = ['model_id', 'model_version', 'entity_id'] %}
with

rule_history as (

    select * from {{ ref('int_pql__rule_history') }}
    where entity_type = 'user' and {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where entity_type = 'user' and {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

capped as (

    select
        status_history.*,
        {% for layer in pql_layers() if layer != 'other' -%}
        {{ pql_cap_adjustment(layer) }} as {{ layer }}_cap_points,
        {% endfor -%}
        {{ pql_capped_score() }} as capped_score
    from status_history
    inner join model_versions
        on
            status_history.model_id = model_versions.model_id
            and status_history.model_version = model_versions.model_version

),

lines as (
    {% for layer in pql_layers() if layer != 'other' %}
    select
        {{ keys | join(', ') }}, valid_from, valid_to,
        'cap_{{ layer }}' as line_id, 'cap' as line_type, '{{ layer }}' as layer, {{ layer }}_cap_points as points
    from capped

    union all
    {% endfor %}
    select
        {{ keys | join(', ') }}, valid_from, valid_to,
        'floor' as line_id, 'floor' as line_type, cast(null as varchar) as layer, greatest(-capped_score, 0) as points
    from capped

    union all

    select
        {{ keys | join(', ') }}, valid_from, valid_to,
        'exclusion' as line_id, 'exclusion' as line_type, cast(null as varchar) as layer, -greatest(capped_score, 0) as points
    from capped
    where ineligibility_reason is not null

),

lines_that_count as (

    select * from lines
    where points <> 0

),

adjustments as (

    {{ pql_merged_intervals('lines_that_count', keys + ['line_id', 'line_type', 'layer', 'points']) }}

),

final as (

    select
        rule_history.model_id,
        rule_history.model_version,
        rule_history.entity_id as user_id,
        rule_history.rule_id as line_id,
        'rule' as line_type,
        rule_history.layer,
        cast(rule_history.points as bigint) as points,
        rule_history.metric_id,
        rule_history.valid_from,
        rule_history.valid_to
    from rule_history

    union all

    select
        model_id,
        model_version,
        entity_id as user_id,
        line_id,
        line_type,
        layer,
        cast(points as bigint) as points,
        cast(null as varchar) as metric_id,
        valid_from,
        valid_to
    from adjustments

)

select * from final
