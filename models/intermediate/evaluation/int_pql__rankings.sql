-- One row per model version, horizon and period: the chance that who converts scores higher than who does not (AUC).
-- Mann and Whitney's statistic with DeLong's variance, summed over clusters as Obuchowski does; ties count half.
{{ config(materialized='view') }}
{%- set keys = ['model_id', 'model_version', 'horizon_days', 'period'] %}
{%- set by_keys = keys | join(', ') %}
with

outcomes as (

    select
        {{ by_keys }},
        cluster_id,
        score,
        sum(conversion_count) as positives,
        sum(observation_count - conversion_count) as negatives
    from {{ ref('int_pql__outcomes') }}
    group by {{ by_keys }}, cluster_id, score

),

scores as (

    select {{ by_keys }}, score, sum(positives) as positives, sum(negatives) as negatives
    from outcomes
    group by {{ by_keys }}, score

),

cumulated as (

    select
        scores.*,
        sum(positives) over (partition by {{ by_keys }} order by score) as positives_up_to,
        sum(negatives) over (partition by {{ by_keys }} order by score) as negatives_up_to,
        sum(positives) over (partition by {{ by_keys }}) as all_positives,
        sum(negatives) over (partition by {{ by_keys }}) as all_negatives
    from scores

),

-- of the others, the share that is on the right side of this score
placements as (

    select
        cumulated.*,
        {{ pql_rate('negatives_up_to - 0.5 * negatives', 'all_negatives') }} as negatives_below,
        {{ pql_rate('all_positives - positives_up_to + 0.5 * positives', 'all_positives') }} as positives_above
    from cumulated

),

areas as (

    select {{ by_keys }}, sum(positives * negatives_below) / nullif(max(all_positives), 0) as area
    from placements
    group by {{ by_keys }}

),

residuals as (

    select
        {% for key in keys %}outcomes.{{ key }}, {% endfor %}
        outcomes.cluster_id,
        areas.area,
        sum(
            outcomes.positives * (placements.negatives_below - areas.area) / nullif(placements.all_positives, 0)
            + outcomes.negatives * (placements.positives_above - areas.area) / nullif(placements.all_negatives, 0)
        ) as residual
    from outcomes
    inner join placements
        on {% for key in keys %}outcomes.{{ key }} = placements.{{ key }} and {% endfor %}outcomes.score = placements.score
    inner join areas
        on {% for key in keys %}outcomes.{{ key }} = areas.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    group by {% for key in keys %}outcomes.{{ key }}, {% endfor %}outcomes.cluster_id, areas.area

),

final as (

    select
        {{ by_keys }},
        area,
        sum(residual * residual) * {{ pql_cluster_correction('count(*)') }} as variance
    from residuals
    group by {{ by_keys }}, area

)

select * from final
