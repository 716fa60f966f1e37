-- One row per model version and signal: how long before they converted its converters had it first.
with

signal_history as (

    select * from {{ ref('int_pql__signal_history') }}

),

conversions as (

    select * from {{ ref('int_pql__conversions') }}
    where converted_at is not null

),

observed as (

    select distinct model_id, model_version, user_id from {{ ref('int_pql__outcomes') }}

),

first_held as (

    select
        signal_history.model_id,
        signal_history.model_version,
        signal_history.signal_type,
        signal_history.signal_id,
        signal_history.user_id,
        conversions.converted_at,
        min(signal_history.valid_from) as first_at
    from signal_history
    inner join conversions
        on signal_history.user_id = conversions.user_id and signal_history.valid_from < conversions.converted_at
    inner join observed
        on
            signal_history.model_id = observed.model_id
            and signal_history.model_version = observed.model_version
            and signal_history.user_id = observed.user_id
    group by
        signal_history.model_id, signal_history.model_version, signal_history.signal_type, signal_history.signal_id,
        signal_history.user_id, conversions.converted_at

),

final as (

    select
        model_id,
        model_version,
        signal_type,
        signal_id,
        count(*) as converters,
        percentile_cont(0.5) within group (
            order by {{ pql_microseconds_between('first_at', 'converted_at') }} / 86400000000.0
        ) as median_days_before
    from first_held
    group by model_id, model_version, signal_type, signal_id

)

select * from final
