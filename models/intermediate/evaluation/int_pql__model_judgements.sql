-- One row per model version, horizon and period: what its evidence says of the score, and of being a PQL.
{{ config(materialized='view') }}
with

evidence as (

    select * from {{ ref('int_pql__model_evidence') }}

),

-- the interval is one of the log-odds, which keeps it between 0 and 1
with_bounds as (

    select
        evidence.*,
        {{ pql_standard_error('area_variance') }} / (area * (1 - area)) as log_odds_error,
        ln(area / (1 - area)) as log_odds
    from evidence

),

with_refusals as (

    select
        with_bounds.*,
        {% for bound, side in {'low': '-', 'high': '+'}.items() -%}
        1 / (1 + exp(-(log_odds {{ side }} {{ pql_normal_quantile() }} * log_odds_error))) as area_{{ bound }},
        {% endfor -%}
        case
            when user_count is null then 'too little history'
            when conversions_needed > 0 then 'too few conversions'
        end as refusal
    from with_bounds

),

final as (

    select
        model_id, model_version, horizon_days, period,
        {% for name in ['base', 'pql', 'top'] -%}
        {{ name }}_conversion_rate, {{ name }}_conversion_rate_low, {{ name }}_conversion_rate_high,
        {{ name }}_lift, {{ name }}_lift_low, {{ name }}_lift_high,
        {% endfor -%}
        top_slice, recall_rate, recall_low, recall_high, area, area_low, area_high,
        user_count, cluster_count, observation_count, conversion_count, converting_cluster_count,
        coalesce(conversions_needed, {{ var('pql_evaluation_min_conversions') }}) as conversions_needed,
        coalesce(
            refusal, case when top_lift_low > 1 then 'predicts' else 'not distinguishable' end
        ) as verdict,
        coalesce(
            refusal, case
                when pql_conversion_rate_high < {{ var('pql_evaluation_loose_below_percent') }} / 100.0 then 'too loose'
                when pql_lift_low > 1 then 'worth it'
                else 'not distinguishable'
            end
        ) as pql_verdict
    from with_refusals

)

select * from final
