-- One row per model version, horizon and period, observed or not: everyone, the PQLs, the top of the score and the ranking.
-- The top is the band from the highest threshold on; of a model without points, its PQLs.
{{ config(materialized='view') }}
{%- set keys = ['model_id', 'model_version', 'horizon_days', 'period'] %}
with

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}
    where entity_type = 'user' and audience = 'free'

),

periods as (
    {% for days in var('pql_evaluation_horizon_days') %}{% set outer_last = loop.last %}
    {%- for period in ['all', 'earlier', 'later'] %}
    select {{ days }} as horizon_days, '{{ period }}' as period
    {{- ' union all' if not (outer_last and loop.last) }}
    {%- endfor %}{% endfor %}

),

expected as (

    select
        model_versions.model_id,
        model_versions.model_version,
        model_versions.qualification,
        periods.horizon_days,
        periods.period
    from model_versions
    cross join periods

),

-- the one band that nothing ends
top_bands as (

    select model_id, model_version, slice
    from {{ ref('int_pql__slices') }}
    where slice_type = 'band' and score_to is null

),

intervals as (

    select * from {{ ref('int_pql__slice_intervals') }}

),

rankings as (

    select * from {{ ref('int_pql__rankings') }}

),

final as (

    select
        {% for key in keys %}expected.{{ key }},
        {% endfor -%}
        expected.qualification,

        {% for name, slice in {'base': 'everyone', 'pql': 'flagged', 'top': 'highest'}.items() -%}
        {{ slice }}.precision_rate as {{ name }}_conversion_rate,
        {{ slice }}.precision_low as {{ name }}_conversion_rate_low,
        {{ slice }}.precision_high as {{ name }}_conversion_rate_high,
        {{ slice }}.lift as {{ name }}_lift,
        {{ slice }}.lift_low as {{ name }}_lift_low,
        {{ slice }}.lift_high as {{ name }}_lift_high,
        {% endfor -%}
        everyone.user_count,
        everyone.cluster_count,
        everyone.observation_count,
        everyone.conversion_count,
        everyone.converting_cluster_count,
        everyone.conversions_needed,
        highest.slice as top_slice,
        flagged.recall_rate,
        flagged.recall_low,
        flagged.recall_high,
        rankings.area,
        rankings.variance as area_variance
    from expected
    left join intervals as everyone
        on {% for key in keys %}expected.{{ key }} = everyone.{{ key }} and {% endfor %}everyone.slice_type = 'all'
    left join intervals as flagged
        on
            {% for key in keys %}expected.{{ key }} = flagged.{{ key }} and {% endfor %}
            flagged.slice_type = 'group' and flagged.slice = 'pql'
    left join top_bands
        on expected.model_id = top_bands.model_id and expected.model_version = top_bands.model_version
    left join intervals as highest
        on
            {% for key in keys %}expected.{{ key }} = highest.{{ key }} and {% endfor %}
            case
                when expected.qualification = 'pillars_only' then highest.slice_type = 'group' and highest.slice = 'pql'
                else highest.slice_type = 'band' and top_bands.slice = highest.slice
            end
    left join rankings
        on
            {% for key in keys %}expected.{{ key }} = rankings.{{ key }} and {% endfor %}
            expected.qualification <> 'pillars_only' and rankings.area > 0 and rankings.area < 1

)

select * from final
