-- One row per model version, entity and interval of one score and status, gap-free while the version is in force.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
{%- set keys = ['model_id', 'model_version', 'entity_type', 'entity_id'] %}

with

capped as (

    select * from {{ ref('int_pql__capped_scores') }}

),

exclusion_reasons as (

    select * from {{ ref('pql_exclusions') }}

),

qualified as (

    select
        capped.*,
        case when exclusion_precedence > 0 then 0 else greatest(capped_score, 0) end as score,
        exclusion_precedence = 0 and is_trigger_hot > 0 as is_hot_by_trigger,
        exclusion_precedence = 0 and {{ pql_is_qualified('capped_score', 'is_every_pillar_held') }} as is_qualified_by_score
    from capped

),

judged as (

    select
        qualified.*,
        coalesce(qualified.is_qualified_by_score and qualified.score >= qualified.hot_threshold, false) as is_hot_by_score,
        exclusion_reasons.reason as ineligibility_reason
    from qualified
    left join exclusion_reasons
        on
            qualified.model_id = exclusion_reasons.model_id
            and qualified.exclusion_precedence = exclusion_reasons.precedence

),

statuses as (

    select
        {{ keys | join(', ') }},
        valid_from,
        valid_to,
        {% for layer in pql_layers() -%}
        {{ layer }}_points,
        {% endfor -%}
        score - (
            {%- for layer in pql_layers() %}{{ layer }}_points{{ ' + ' if not loop.last }}{% endfor -%}
        ) as adjustment_points,
        score,
        pillars_held,
        pillars_missing,
        case
            when ineligibility_reason is not null then 'excluded'
            when is_hot_by_score or is_hot_by_trigger then 'hot'
            when is_qualified_by_score then 'pql'
            when qualification = 'pillars_and_score' and score >= pql_threshold then 'candidate'
            else 'not_qualified'
        end as status,
        case
            when is_qualified_by_score and is_hot_by_trigger then 'both'
            when is_qualified_by_score then 'score'
            when is_hot_by_trigger then 'trigger'
        end as qualified_by,
        is_hot_by_score,
        ineligibility_reason
    from judged

),

final as (

    {{ pql_merged_intervals('statuses', keys + [
        'activation_points', 'usage_points', 'fit_points', 'intent_points', 'other_points', 'adjustment_points', 'score',
        'pillars_held', 'pillars_missing', 'status', 'qualified_by', 'is_hot_by_score', 'ineligibility_reason',
    ]) }}

)

select * from final
