-- A calibration that falls would tell sales to prefer the lower score.
with

steps as (

    select
        model_id,
        model_version,
        horizon_days,
        step,
        score_from,
        score_to,
        probability,
        lead(score_from) over in_order as next_score_from,
        lead(probability) over in_order as next_probability
    from {{ ref('pql_calibration') }}
    where step is not null
    window in_order as (partition by model_id, model_version, horizon_days order by step)

)

select * from steps
where next_probability <= probability or next_score_from <> score_to
