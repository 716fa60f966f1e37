-- Prevents a list of leads that contradicts itself: a customer among the PQLs, a hot lead below the threshold.
{%- set contradictions = {
    'is_pql is not what the status says': "is_pql <> (status in ('pql', 'hot'))",
    'is_hot is not what the status says': "is_hot <> (status = 'hot')",
    'excluded without a reason, or a reason without being excluded':
        "(status = 'excluded') <> (ineligibility_reason is not null)",
    'a PQL whom nothing qualifies, or qualified without being a PQL': 'is_pql <> (qualified_by is not null)',
    'excluded, but with points': "status = 'excluded' and score <> 0",
    'a score below 0': 'score < 0',
    'the layers and the adjustment do not add up to the score':
        'activation_points + usage_points + fit_points + intent_points + other_points + adjustment_points <> score',
    'qualified by score below the threshold':
        "qualified_by in ('score', 'both') and qualification <> 'pillars_only' and score < pql_threshold",
    'qualified by score although a pillar is missing':
        "qualified_by in ('score', 'both') and qualification <> 'score_only' and pillars_missing is not null",
    'hot by nothing: no trigger, and the score is below the hot threshold':
        "status = 'hot' and qualified_by = 'score' and coalesce(score < hot_threshold, true)",
    'a PQL who should be hot': "status = 'pql' and (qualified_by <> 'score' or score >= hot_threshold)",
    'a candidate who misses no pillar or has too few points':
        "status = 'candidate'
        and (qualification <> 'pillars_and_score' or pillars_missing is null or score < pql_threshold)",
    'not qualified although the score or the pillars suffice':
        "status = 'not_qualified'
        and case when qualification = 'pillars_only' then pillars_missing is null else score >= pql_threshold end",
} %}

with

history as (

    select * from {{ ref('pql_score_history') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

judged as (

    select
        history.model_id,
        history.user_id,
        history.valid_from,
        history.status,
        history.score,
        case
            {%- for contradiction, condition in contradictions.items() %}
            when {{ condition }}
                then '{{ contradiction }}'
            {%- endfor %}
        end as contradiction
    from history
    inner join model_versions
        on history.model_id = model_versions.model_id and history.model_version = model_versions.model_version

)

select * from judged
where contradiction is not null
