-- One row per model version, horizon and step of its calibration: scores from the one bound up to, but without, the other
-- convert equally often. The first step begins at 0, the last has no end.
{%- set keys = 'model_id, model_version, horizon_days' %}
with

isotonic_scores as (

    select * from {{ ref('int_pql__isotonic_scores') }}

),

steps as (

    select {{ keys }}, fitted_rate, min(score) as first_score
    from isotonic_scores
    group by {{ keys }}, fitted_rate

),

numbered as (

    select
        steps.*,
        row_number() over (partition by {{ keys }} order by first_score) as step,
        lead(first_score) over (partition by {{ keys }} order by first_score) as score_to
    from steps

),

final as (

    select
        {{ keys }},
        step,
        case when step = 1 then 0 else first_score end as score_from,
        score_to,
        fitted_rate as probability
    from numbered

)

select * from final
