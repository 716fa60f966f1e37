-- One row per ratio and metric it cannot divide, or divide by.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

final as (
    {% for operand in ['numerator_metric_id', 'denominator_metric_id'] %}
    select
        'pql_metrics' as seed,
        metrics.metric_id as row_key,
        case
            when operands.metric_id is null then 'There is no metric ' || metrics.{{ operand }}
            when operands.entity_type <> metrics.entity_type
                then metrics.{{ operand }} || ' is measured of each ' || operands.entity_type || ', the ratio of each '
                || metrics.entity_type
            else metrics.{{ operand }} || ' is of kind ' || operands.kind || ', which cannot be divided'
        end || ', so the ratio is never right.' as problem,
        'Name a counting metric of entity_type ' || metrics.entity_type || ' in {{ operand }}.' as remedy
    from metrics
    left join metrics as operands on metrics.{{ operand }} = operands.metric_id
    where
        metrics.kind = 'ratio'
        and metrics.{{ operand }} is not null
        and (
            operands.metric_id is null
            or operands.entity_type <> metrics.entity_type
            or operands.kind in ('attribute', 'ratio')
        )
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
