-- Whoever is in no slice, or in two of one kind, would be counted wrongly in every rate.
with

backtest as (

    select * from {{ ref('pql_backtest') }}

),

everyone as (

    select * from backtest
    where slice_type = 'all'

),

added_up as (

    select
        model_id,
        model_version,
        horizon_days,
        period,
        slice_type,
        sum(observations) as observations,
        sum(conversions) as conversions
    from backtest
    where slice_type in ('group', 'status', 'band')
    group by model_id, model_version, horizon_days, period, slice_type

)

select
    added_up.*,
    everyone.observations as all_observations,
    everyone.conversions as all_conversions
from added_up
inner join everyone
    on
        added_up.model_id = everyone.model_id
        and added_up.model_version = everyone.model_version
        and added_up.horizon_days = everyone.horizon_days
        and added_up.period = everyone.period
where added_up.observations <> everyone.observations or added_up.conversions <> everyone.conversions
