-- One row per slice: precision, recall and lift, each with its variance over clusters.
{{ config(materialized='view') }}
{%- set keys = ['model_id', 'model_version', 'horizon_days', 'period'] %}
with

sums as (

    select
        slice_sums.*,
        {{ pql_rate('conversion_count', 'observation_count') }} as precision_rate
    from {{ ref('int_pql__slice_sums') }} as slice_sums

),

paired as (

    select
        sums.*,
        base.cluster_count as base_cluster_count,
        base.converting_cluster_count as base_converting_cluster_count,
        base.observation_count as base_observation_count,
        base.conversion_count as base_conversion_count,
        base.precision_rate as base_rate,
        base.in_x_in_x as all_base_x_base_x,
        {{ pql_residual_products('base', 'in', 'base.precision_rate', 'in', 'base.precision_rate') }} as base_squares,
        rest.conversion_count as rest_conversion_count,
        rest.precision_rate as rest_rate,
        {{ pql_residual_products('rest', 'in', 'rest.precision_rate', 'in', 'rest.precision_rate') }} as rest_squares,
        {{ pql_rate('sums.conversion_count', 'base.conversion_count') }} as recall_rate
    from sums
    inner join sums as base
        on {% for key in keys %}sums.{{ key }} = base.{{ key }} and {% endfor %}base.slice_type = 'all'
    left join sums as rest
        on
            {% for key in keys %}sums.{{ key }} = rest.{{ key }} and {% endfor %}
            rest.slice_type = 'group' and rest.slice = 'not_pql'

),

with_squares as (

    select
        paired.*,
        {{ pql_residual_products('paired', 'in', 'precision_rate', 'in', 'precision_rate') }} as slice_squares,
        {{ pql_residual_products('paired', 'in', 'precision_rate', 'base', 'base_rate') }} as slice_by_base,
        {{ pql_residual_products('paired', 'in', 'precision_rate', 'rest', 'rest_rate') }} as slice_by_rest
    from paired

),

-- each cluster's part in the logarithm of a lift is its residual in the slice less that in what the slice is compared with
final as (

    select
        {{ keys | join(', ') }},
        slice_type,
        slice,
        user_count,
        cluster_count,
        converting_cluster_count,
        observation_count,
        conversion_count,
        base_conversion_count,
        base_converting_cluster_count,
        {{ pql_rate('observation_count', 'base_observation_count') }} as share_of_observations,
        base_rate,
        precision_rate,
        recall_rate,
        precision_rate / nullif(base_rate, 0) as lift,
        precision_rate / nullif(rest_rate, 0) as lift_over_rest,
        slice_squares / observation_count / observation_count * {{ pql_cluster_correction('cluster_count') }} as precision_variance,
        (in_x_in_x - 2 * recall_rate * in_x_base_x + recall_rate * recall_rate * all_base_x_base_x)
        / nullif(base_conversion_count, 0) / nullif(base_conversion_count, 0)
        * {{ pql_cluster_correction('base_converting_cluster_count') }} as recall_variance,
        (
            slice_squares / nullif(conversion_count, 0) / nullif(conversion_count, 0)
            - 2 * slice_by_base / nullif(conversion_count, 0) / nullif(base_conversion_count, 0)
            + base_squares / nullif(base_conversion_count, 0) / nullif(base_conversion_count, 0)
        ) * {{ pql_cluster_correction('base_cluster_count') }} as log_lift_variance,
        (
            slice_squares / nullif(conversion_count, 0) / nullif(conversion_count, 0)
            - 2 * slice_by_rest / nullif(conversion_count, 0) / nullif(rest_conversion_count, 0)
            + rest_squares / nullif(rest_conversion_count, 0) / nullif(rest_conversion_count, 0)
        ) * {{ pql_cluster_correction('base_cluster_count') }} as log_lift_over_rest_variance
    from with_squares

)

select * from final
