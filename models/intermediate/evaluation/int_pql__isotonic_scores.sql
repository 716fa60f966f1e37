-- One row per model version with points, horizon and score of the period `earlier`: the chance to convert, never falling with
-- the score. Of all ranges of scores that reach from at or below this one to at or above it: the greatest, over where they
-- begin, of the least mean, over where they end. That is what pooling neighbours that fall ends in.
{%- set keys = 'model_id, model_version, horizon_days' %}
with

outcomes as (

    select outcomes.*
    from {{ ref('int_pql__outcomes') }} as outcomes
    inner join {{ ref('int_pql__model_versions') }} as model_versions
        on outcomes.model_id = model_versions.model_id and outcomes.model_version = model_versions.model_version
    where outcomes.period = 'earlier' and model_versions.qualification <> 'pillars_only'

),

scores as (

    select
        {{ keys }},
        score,
        sum(observation_count) as observations,
        sum(conversion_count) as conversions
    from outcomes
    group by {{ keys }}, score

),

cumulated as (

    select
        scores.*,
        sum(observations) over (partition by {{ keys }} order by score) as observations_up_to,
        sum(conversions) over (partition by {{ keys }} order by score) as conversions_up_to
    from scores

),

ranges as (

    select
        first_scores.model_id,
        first_scores.model_version,
        first_scores.horizon_days,
        first_scores.score as first_score,
        last_scores.score as last_score,
        {{ pql_rate(
            'last_scores.conversions_up_to - first_scores.conversions_up_to + first_scores.conversions',
            '(last_scores.observations_up_to - first_scores.observations_up_to + first_scores.observations)'
        ) }} as mean_rate
    from cumulated as first_scores
    inner join cumulated as last_scores
        on
            first_scores.model_id = last_scores.model_id
            and first_scores.model_version = last_scores.model_version
            and first_scores.horizon_days = last_scores.horizon_days
            and first_scores.score <= last_scores.score

),

least_from_here as (

    select
        {{ keys }},
        last_score as score,
        min(mean_rate) over (
            partition by {{ keys }}, first_score order by last_score desc rows unbounded preceding
        ) as least_rate
    from ranges

),

final as (

    select
        {{ keys }},
        score,
        {{ pql_rounded('max(least_rate)', 12) }} as fitted_rate
    from least_from_here
    group by {{ keys }}, score

)

select * from final
