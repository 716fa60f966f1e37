-- One row per model version and horizon: how far the calibrated probabilities are off on the instants they were not fitted on.
{{ config(materialized='view') }}
{%- set keys = ['model_id', 'model_version', 'horizon_days'] %}
with

steps as (

    select * from {{ ref('int_pql__calibration_steps') }}

),

later as (

    select * from {{ ref('int_pql__calibration_rates') }}
    where period = 'later'

),

base_rates as (

    select
        {{ keys | join(', ') }},
        {{ pql_rate('sum(conversion_count)', 'sum(observation_count)') }} as base_rate
    from {{ ref('int_pql__calibration_rates') }}
    where period = 'earlier'
    group by {{ keys | join(', ') }}

),

squares as (

    select
        {% for key in keys %}later.{{ key }}, {% endfor %}
        later.observation_count,
        later.observation_count * abs(steps.probability - later.conversion_rate) as absolute_error,
        {% for name, rate in {'step': 'steps.probability', 'base': 'base_rates.base_rate'}.items() -%}
        later.conversion_count * (1 - {{ rate }}) * (1 - {{ rate }})
        + (later.observation_count - later.conversion_count) * {{ rate }} * {{ rate }} as {{ name }}_squares
        {{- ',' if not loop.last }}
        {% endfor %}
    from later
    inner join steps
        on {% for key in keys %}later.{{ key }} = steps.{{ key }} and {% endfor %}later.step = steps.step
    inner join base_rates
        on {% for key in keys %}later.{{ key }} = base_rates.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

),

final as (

    select
        {{ keys | join(', ') }},
        sum(step_squares) / sum(observation_count) as brier_score,
        sum(base_squares) / sum(observation_count) as base_brier_score,
        sum(absolute_error) / sum(observation_count) as calibration_error
    from squares
    group by {{ keys | join(', ') }}

)

select * from final
