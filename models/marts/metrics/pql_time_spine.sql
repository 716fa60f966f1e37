-- One row per day from the first score to as_of: what metrics over time are joined to.
with

every_day as (

    {{ dbt.date_spine('day', "cast('2000-01-01' as date)", "cast('2200-01-01' as date)") | indent(4) }}

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

score_history as (

    select * from {{ ref('pql_score_history') }}

),

scored as (

    select
        min(score_history.valid_from) as first_at,
        max(clock.as_of) as last_at
    from score_history
    cross join clock

),

final as (

    select cast(every_day.date_day as date) as date_day
    from every_day
    cross join scored
    where
        every_day.date_day >= cast(scored.first_at as date)
        and every_day.date_day <= scored.last_at

)

select * from final
