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

        {% for slice in ['base', 'flagged', 'top'] -%}
        {{ slice }}.slice as {{ slice }}_slice,
        {{ slice }}.user_count as {{ slice }}_users,
        {{ slice }}.precision_rate as {{ slice }}_rate,
        {{ slice }}.precision_low as {{ slice }}_rate_low,
        {{ slice }}.precision_high as {{ slice }}_rate_high,
        {{ slice }}.lift as {{ slice }}_lift,
        {{ slice }}.lift_low as {{ slice }}_lift_low,
        {{ slice }}.lift_high as {{ slice }}_lift_high,
        {% endfor -%}
        base.cluster_count as clusters,
        base.observation_count as observations,
        base.conversion_count as conversions,
        base.converting_cluster_count as converting_clusters,
        base.conversions_needed,
        flagged.recall_rate as flagged_recall,
        flagged.recall_low as flagged_recall_low,
        flagged.recall_high as flagged_recall_high,
        rankings.area,
        rankings.variance as area_variance
    from expected
    left join intervals as base
        on {% for key in keys %}expected.{{ key }} = base.{{ key }} and {% endfor %}base.slice_type = 'all'
    left join intervals as flagged
        on
            {% for key in keys %}expected.{{ key }} = flagged.{{ key }} and {% endfor %}
            flagged.slice_type = 'group' and flagged.slice = 'pql'
    left join top_bands
        on expected.model_id = top_bands.model_id and expected.model_version = top_bands.model_version
    left join intervals as top
        on
            {% for key in keys %}expected.{{ key }} = top.{{ key }} and {% endfor %}
            case
                when expected.qualification = 'pillars_only' then top.slice_type = 'group' and top.slice = 'pql'
                else top.slice_type = 'band' and top.slice = top_bands.slice
            end
    left join rankings
        on
            {% for key in keys %}expected.{{ key }} = rankings.{{ key }} and {% endfor %}
            expected.qualification <> 'pillars_only' and rankings.area > 0 and rankings.area < 1

)

select * from final
