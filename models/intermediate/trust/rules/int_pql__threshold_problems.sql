-- One row per model version whose thresholds are missing, unused, in the wrong order or out of reach.
{{ config(materialized='view') }}

with

versions as (

    select
        models.*,
        {{ pql_rule_row_key('pql_models', 'models') }} as row_key
    from {{ ref('pql_models') }} as models

),

rules as (

    select * from {{ ref('pql_rules') }}

),

-- the most points a rule can give, then a layer, then the model
rule_points as (

    select model_id, model_version, layer, rule_id, max(points) as points
    from rules
    where points > 0
    group by model_id, model_version, layer, rule_id

),

layer_points as (

    select model_id, model_version, layer, sum(points) as points
    from rule_points
    group by model_id, model_version, layer

),

reachable as (

    select
        versions.row_key,
        coalesce(sum(
            case layer_points.layer
                {% for layer in pql_layers() if layer != 'other' -%}
                when '{{ layer }}' then least(layer_points.points, coalesce(versions.{{ layer }}_cap, layer_points.points))
                {% endfor -%}
                else layer_points.points
            end
        ), 0) as points
    from versions
    left join layer_points
        on versions.model_id = layer_points.model_id and versions.model_version = layer_points.model_version
    group by versions.row_key

),

final as (

    select
        'pql_models' as seed,
        row_key,
        'qualification is ' || qualification || ', but pql_threshold is empty, so nobody ever qualifies.' as problem,
        'Fill in pql_threshold, or set qualification to pillars_only.' as remedy
    from versions
    where qualification in ('score_only', 'pillars_and_score') and pql_threshold is null

    union all

    select
        'pql_models' as seed,
        row_key,
        'qualification is pillars_only, but pql_threshold is ' || cast(pql_threshold as varchar) || '.' as problem,
        'Leave pql_threshold empty, or set qualification to pillars_and_score.' as remedy
    from versions
    where qualification = 'pillars_only' and pql_threshold is not null

    union all

    select
        'pql_models' as seed,
        row_key,
        'hot_threshold ' || cast(hot_threshold as varchar) || ' is below pql_threshold '
        || cast(pql_threshold as varchar) || ', so every PQL is hot.' as problem,
        'Raise hot_threshold, or leave it empty if no score makes hot.' as remedy
    from versions
    where hot_threshold < pql_threshold

    union all

    select
        'pql_models' as seed,
        versions.row_key,
        'The rules give at most ' || cast(reachable.points as varchar) || ' points, so '
        || case
            when versions.pql_threshold > reachable.points then 'pql_threshold ' || cast(versions.pql_threshold as varchar)
            else 'hot_threshold ' || cast(versions.hot_threshold as varchar)
        end || ' cannot be reached.' as problem,
        'Lower the threshold, raise points or caps, or add rules for this version.' as remedy
    from versions
    inner join reachable on versions.row_key = reachable.row_key
    where
        (versions.qualification <> 'pillars_only' and versions.pql_threshold > reachable.points)
        or versions.hot_threshold > reachable.points

)

select * from final
