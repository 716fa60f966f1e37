-- One row per model version and slice of its users: everyone, PQLs and others, each status, score band and threshold.
-- The last band begins at the model's highest threshold. A model that only asks for pillars has no points to slice by.
{%- set band_points = var('pql_evaluation_band_points') %}
with

model_versions as (

    select
        model_versions.*,
        coalesce(hot_threshold, pql_threshold) as top_threshold
    from {{ ref('int_pql__model_versions') }} as model_versions
    where entity_type = 'user' and audience = 'free'

),

outcomes as (

    select * from {{ ref('int_pql__outcomes') }}

),

scores as (

    select distinct
        outcomes.model_id,
        outcomes.model_version,
        outcomes.score,
        model_versions.top_threshold,
        {{ band_points }} * cast(floor(outcomes.score / {{ band_points }}.0) as bigint) as band_from
    from outcomes
    inner join model_versions
        on outcomes.model_id = model_versions.model_id and outcomes.model_version = model_versions.model_version
    where model_versions.qualification <> 'pillars_only'

),

bands as (

    select distinct
        model_id,
        model_version,
        case when score >= top_threshold then top_threshold else band_from end as score_from,
        case
            when score >= top_threshold then null
            when top_threshold < band_from + {{ band_points }} then top_threshold
            else band_from + {{ band_points }}
        end as score_to
    from scores

),

named as (

    select model_id, model_version, 'all' as slice_type, 'all' as slice, 
        cast(null as bigint) as score_from, cast(null as bigint) as score_to
    from model_versions

    {% for group in ['pql', 'not_pql'] %}
    union all

    select model_id, model_version, 'group' as slice_type, '{{ group }}' as slice, 
        cast(null as bigint) as score_from, cast(null as bigint) as score_to
    from model_versions
    {% endfor %}

    {%- for status in ['hot', 'pql', 'candidate', 'not_qualified'] %}
    union all

    select model_id, model_version, 'status' as slice_type, '{{ status }}' as slice, 
        cast(null as bigint) as score_from, cast(null as bigint) as score_to
    from model_versions
    {% endfor %}
    union all

    select
        model_id,
        model_version,
        'band' as slice_type,
        cast(score_from as varchar) || coalesce(' to ' || cast(score_to - 1 as varchar), ' or more') as slice,
        score_from,
        score_to
    from bands

    union all

    select
        model_id,
        model_version,
        'threshold' as slice_type,
        cast(score as varchar) || ' or more' as slice,
        score as score_from,
        cast(null as bigint) as score_to
    from scores

),

final as (

    select
        model_id,
        model_version,
        slice_type,
        slice,
        cast(score_from as bigint) as score_from,
        cast(score_to as bigint) as score_to
    from named

)

select * from final
