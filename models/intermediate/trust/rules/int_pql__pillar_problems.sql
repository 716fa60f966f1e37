-- One row per row of pql_pillars that always or never holds, and per model version that has pillars and ignores
-- them, or wants some and has none.
{{ config(materialized='view') }}

with

pillars as (

    select
        pillars.*,
        {{ pql_rule_row_key('pql_pillars', 'pillars') }} as row_key,
        {{ pql_band_text('pillars') }} as band,
        coalesce(pillars.is_unknown, false) as asks_for_unknown,
        case when pillars.is_unknown then 'unknown' else {{ pql_band_text('pillars') }} end as wanted
    from {{ ref('pql_pillars') }} as pillars

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

pillar_counts as (

    select model_id, model_version, count(distinct pillar) as pillar_count
    from pillars
    group by model_id, model_version

),

versions as (

    select
        models.*,
        {{ pql_rule_row_key('pql_models', 'models') }} as row_key,
        coalesce(pillar_counts.pillar_count, 0) as pillar_count
    from {{ ref('pql_models') }} as models
    left join pillar_counts
        on models.model_id = pillar_counts.model_id and models.model_version = pillar_counts.model_version

),

final as (

    select
        'pql_pillars' as seed,
        row_key,
        'The row asks for an unknown ' || metric_id || ' and for a value ' || band || '.' as problem,
        'Leave lower and upper empty, or set is_unknown to false; two alternatives allow both.' as remedy
    from pillars
    where asks_for_unknown and (lower is not null or upper is not null)

    union all

    select
        'pql_pillars' as seed,
        row_key,
        'The row has no lower, no upper and is_unknown is not true, so any value will do.' as problem,
        'Write the smallest value that counts into lower.' as remedy
    from pillars
    where not asks_for_unknown and lower is null and upper is null

    union all

    select
        'pql_pillars' as seed,
        pillars.row_key,
        'Every ' || metrics.entity_type || ' has a value of ' || pillars.metric_id || ', if only 0, so the row never holds.' as problem,
        'For nothing yet, leave lower empty, write 1 into upper and set is_unknown to false.' as remedy
    from pillars
    inner join versions on pillars.model_id = versions.model_id and pillars.model_version = versions.model_version
    inner join metrics on pillars.metric_id = metrics.metric_id and versions.entity_type = metrics.entity_type
    where
        pillars.asks_for_unknown
        and metrics.kind not in ('attribute', 'ratio')
        and metrics.within_hours_of_signup is null

    union all

    select
        'pql_pillars' as seed,
        later_pillars.row_key,
        'No value of ' || pillars.metric_id || ' is both ' || pillars.wanted || ' and ' || later_pillars.wanted
        || ', so the alternative never holds.' as problem,
        'Give the row another number in alternative if one of the two is enough.' as remedy
    from pillars
    inner join pillars as later_pillars
        on {{ pql_same_key('pillars', 'later_pillars', ['model_id', 'model_version', 'pillar', 'alternative', 'metric_id']) }}
    where
        (pillars.upper <= later_pillars.lower and coalesce(pillars.lower < pillars.upper, true))
        or (later_pillars.asks_for_unknown and not pillars.asks_for_unknown)

    union all

    select
        'pql_models' as seed,
        row_key,
        case
            when pillar_count = 0
                then 'qualification is ' || qualification || ', but the version has no pillars, so nothing has to be held.'
            else 'qualification is score_only, so the pillars of the version are never used.'
        end as problem,
        'Change qualification, or the rows of the version in pql_pillars.' as remedy
    from versions
    where (qualification = 'score_only') = (pillar_count > 0)

    union all

    select
        'pql_models' as seed,
        row_key,
        'The version has ' || cast(pillar_count as varchar) || ' pillars; ten are the most.' as problem,
        'Join some of them: conditions of one alternative must all hold.' as remedy
    from versions
    where pillar_count > 10

)

select * from final
