-- One row per horizon, period and evaluated instant whose outcome is known, since the horizon ended by as_of.
-- Of the period `earlier` all outcomes were known before `later` began; what lies between is in `all` only.
{%- set every_days = var('pql_evaluation_every_days') %}
{%- set every_hours = every_days * 24 %}
{%- set a_monday = pql_instant_literal('2000-01-03 00:00:00') %}
with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

users as (

    select min(started_at) as first_start_at from {{ ref('int_pql__users') }}

),

steps as (
    {% for step in range(var('pql_evaluation_history_days') // every_days + 1) %}
    select {{ step }} as step
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

horizons as (
    {% for days in var('pql_evaluation_horizon_days') %}
    select {{ days }} as horizon_days
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

steps_until_now as (

    select
        clock.as_of,
        floor(
            cast({{ pql_microseconds_between(a_monday, 'clock.as_of') }} as double precision)
            / {{ every_hours * 3600 * 1000000 }}
        ) as last_step
    from clock

),

instants as (

    select
        steps_until_now.as_of,
        {{ pql_add_hours(a_monday, '(cast(steps_until_now.last_step as bigint) - steps.step) * ' ~ every_hours) }} as evaluated_at
    from steps_until_now
    cross join steps

),

mature as (

    select
        horizons.horizon_days,
        instants.evaluated_at,
        row_number() over (partition by horizons.horizon_days order by instants.evaluated_at desc) as number_from_last,
        count(*) over (partition by horizons.horizon_days) as instant_count
    from instants
    cross join users
    cross join horizons
    where
        instants.evaluated_at >= users.first_start_at
        and {{ pql_add_hours('instants.evaluated_at', 'horizons.horizon_days * 24') }} <= instants.as_of

),

held_out as (

    select * from mature
    where number_from_last <= instant_count * {{ var('pql_evaluation_held_out_percent') }} / 100.0

),

first_held_out as (

    select horizon_days, min(evaluated_at) as evaluated_at
    from held_out
    group by horizon_days

),

final as (

    select horizon_days, 'all' as period, evaluated_at from mature

    union all

    select mature.horizon_days, 'earlier' as period, mature.evaluated_at
    from mature
    inner join first_held_out on mature.horizon_days = first_held_out.horizon_days
    where {{ pql_add_hours('mature.evaluated_at', 'mature.horizon_days * 24') }} <= first_held_out.evaluated_at

    union all

    select horizon_days, 'later' as period, evaluated_at from held_out

)

select * from final
