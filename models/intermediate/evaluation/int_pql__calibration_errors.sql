-- One row per model version and horizon: how far the calibrated probabilities are off on the instants they were not fitted on,
-- and how much less that is, cluster by cluster, than with one rate for everyone.
{{ config(materialized='view') }}
{%- set keys = ['model_id', 'model_version', 'horizon_days'] %}
{%- set by_keys = keys | join(', ') %}
with

steps as (

    select * from {{ ref('int_pql__calibration_steps') }}

),

rates as (

    select * from {{ ref('int_pql__calibration_rates') }}

),

base_rates as (

    select {{ by_keys }}, {{ pql_rate('sum(conversion_count)', 'sum(observation_count)') }} as base_rate
    from rates
    where period = 'earlier'
    group by {{ by_keys }}

),

absolute_errors as (

    select
        {% for key in keys %}rates.{{ key }}, {% endfor %}
        sum(rates.observation_count * abs(steps.probability - rates.conversion_rate)) / sum(rates.observation_count)
            as calibration_error
    from rates
    inner join steps
        on {% for key in keys %}rates.{{ key }} = steps.{{ key }} and {% endfor %}rates.step = steps.step
    where rates.period = 'later'
    group by {% for key in keys %}rates.{{ key }}{{ ', ' if not loop.last }}{% endfor %}

),

clusters as (

    select
        {% for key in keys %}calibration_clusters.{{ key }}, {% endfor %}
        calibration_clusters.cluster_id,
        sum(calibration_clusters.in_n) as observations,
        {% for name, rate in {'step': 'steps.probability', 'base': 'base_rates.base_rate'}.items() -%}
        sum(
            calibration_clusters.in_x * (1 - {{ rate }}) * (1 - {{ rate }})
            + (calibration_clusters.in_n - calibration_clusters.in_x) * {{ rate }} * {{ rate }}
        ) as {{ name }}_squares{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_pql__calibration_clusters') }} as calibration_clusters
    inner join steps
        on
            {% for key in keys %}calibration_clusters.{{ key }} = steps.{{ key }} and {% endfor %}
            calibration_clusters.step = steps.step
    inner join base_rates
        on {% for key in keys %}calibration_clusters.{{ key }} = base_rates.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    where calibration_clusters.period = 'later'
    group by {% for key in keys %}calibration_clusters.{{ key }}, {% endfor %}calibration_clusters.cluster_id

),

scores as (

    select
        {{ by_keys }},
        sum(observations) as observations,
        sum(step_squares) / sum(observations) as brier_score,
        sum(base_squares) / sum(observations) as base_brier_score
    from clusters
    group by {{ by_keys }}

),

final as (

    select
        {% for key in keys %}scores.{{ key }}, {% endfor %}
        scores.brier_score,
        scores.base_brier_score,
        absolute_errors.calibration_error,
        sum(power(
            clusters.base_squares - clusters.step_squares
            - (scores.base_brier_score - scores.brier_score) * clusters.observations, 2
        )) / scores.observations / scores.observations * {{ pql_cluster_correction('count(*)') }} as improvement_variance
    from scores
    inner join clusters
        on {% for key in keys %}scores.{{ key }} = clusters.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    inner join absolute_errors
        on {% for key in keys %}scores.{{ key }} = absolute_errors.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    group by
        {% for key in keys %}scores.{{ key }}, {% endfor %}
        scores.observations, scores.brier_score, scores.base_brier_score, absolute_errors.calibration_error

)

select * from final
