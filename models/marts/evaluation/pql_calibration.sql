-- One row per model version, horizon and step of the score: the probability to convert; a single row without a step where
-- that cannot be told. Fitted on the period `earlier`, tested on `later`.
{%- set keys = ['model_id', 'model_version', 'horizon_days'] %}
with

-- how much either period has to say
model_verdicts as (

    select
        {{ keys | join(', ') }},
        max(conversions_needed) as conversions_needed
    from {{ ref('pql_model_verdicts') }}
    where period in ('earlier', 'later')
    group by {{ keys | join(', ') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

errors as (

    select
        calibration_errors.*,
        base_brier_score - brier_score as improvement,
        {{ pql_normal_quantile() }} * {{ pql_standard_error('improvement_variance') }} as improvement_margin
    from {{ ref('int_pql__calibration_errors') }} as calibration_errors

),

steps as (

    select * from {{ ref('int_pql__calibration_steps') }}

),

rates as (

    select * from {{ ref('int_pql__calibration_rates') }}

),

judged as (

    select
        model_verdicts.*,
        case
            when model_versions.qualification = 'pillars_only' then 'no points'
            when model_verdicts.conversions_needed > 0 then 'too few conversions'
            when errors.improvement - errors.improvement_margin > 0 then 'calibrated'
            else 'not distinguishable'
        end as verdict
    from model_verdicts
    inner join model_versions
        on
            model_verdicts.model_id = model_versions.model_id
            and model_verdicts.model_version = model_versions.model_version
    left join errors
        on {% for key in keys %}model_verdicts.{{ key }} = errors.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}

),

final as (

    select
        -- which step
        judged.model_id,
        judged.model_version,
        judged.horizon_days,
        steps.step,
        steps.score_from,
        steps.score_to,

        -- what it is worth
        {{ pql_rounded('steps.probability') }} as probability,
        {{ pql_rounded('earlier.rate_low') }} as probability_low,
        {{ pql_rounded('earlier.rate_high') }} as probability_high,
        earlier.cluster_count as clusters,
        earlier.observation_count as observations,
        earlier.conversion_count as conversions,
        earlier.converting_cluster_count as converting_clusters,

        -- what became of it on instants it was not fitted on
        later.cluster_count as held_out_clusters,
        later.observation_count as held_out_observations,
        later.conversion_count as held_out_conversions,
        {{ pql_rounded('later.conversion_rate') }} as held_out_rate,
        {{ pql_rounded('later.rate_low') }} as held_out_rate_low,
        {{ pql_rounded('later.rate_high') }} as held_out_rate_high,

        -- of all steps together
        judged.verdict,
        judged.conversions_needed,
        {{ pql_rounded('errors.brier_score') }} as held_out_brier_score,
        {{ pql_rounded('errors.base_brier_score') }} as held_out_brier_score_of_base_rate,
        {{ pql_rounded('errors.improvement') }} as held_out_brier_improvement,
        {{ pql_rounded('errors.improvement - errors.improvement_margin') }} as held_out_brier_improvement_low,
        {{ pql_rounded('errors.improvement + errors.improvement_margin') }} as held_out_brier_improvement_high,
        {{ pql_rounded('errors.calibration_error') }} as held_out_calibration_error
    from judged
    left join steps
        on
            {% for key in keys %}judged.{{ key }} = steps.{{ key }} and {% endfor %}
            judged.verdict in ('calibrated', 'not distinguishable')
    left join errors
        on
            {% for key in keys %}steps.{{ key }} = errors.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    {%- for period in ['earlier', 'later'] %}
    left join rates as {{ period }}
        on
            {% for key in keys %}steps.{{ key }} = {{ period }}.{{ key }} and {% endfor %}
            steps.step = {{ period }}.step and {{ period }}.period = '{{ period }}'
    {%- endfor %}

)

select * from final
