-- One row per model and user who is no PQL at as_of but would be if one metric alone were higher: the smallest such increase.
{{ pql_rebuilt_now(['user_id']) }}
{%- set proposal = ['model_id', 'entity_id', 'metric_id', 'proposed_value'] %}

with

moment as (

    select * from {{ ref('int_pql__moment') }}

),

proposals as (

    select * from {{ ref('int_pql__proposals') }}
    where {{ pql_has_moved(['entity_id']) }}

),

proposal_points as (

    select * from {{ ref('int_pql__proposal_points') }}

),

proposal_pillars as (

    select * from {{ ref('int_pql__proposal_pillars') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

rules as (

    select * from {{ ref('pql_rules') }}
    where next_step is not null

),

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where entity_type = 'user' and {{ pql_has_moved(['entity_id']) }}

),

statuses as (

    select status_history.*
    from status_history
    cross join moment
    where {{ pql_holds_at('status_history', 'moment.as_of') }}

),

new_points as (

    select
        proposals.*,
        statuses.valid_to,
        coalesce(proposal_pillars.would_be_held, 1) = 1 as has_every_pillar,
        {% for layer in pql_layers() -%}
        statuses.{{ layer }}_points + coalesce(proposal_points.{{ layer }}_change, 0) as {{ layer }}_points
        {{- ',' if not loop.last }}
        {% endfor %}
    from proposals
    inner join statuses
        on proposals.model_id = statuses.model_id and proposals.entity_id = statuses.entity_id
    left join proposal_points on {{ pql_same_key('proposals', 'proposal_points', proposal) }}
    left join proposal_pillars on {{ pql_same_key('proposals', 'proposal_pillars', proposal) }}

),

outcomes as (

    select
        new_points.*,
        model_versions.qualification,
        model_versions.pql_threshold,
        {{ pql_capped_score() }} as new_score
    from new_points
    inner join model_versions
        on new_points.model_id = model_versions.model_id and new_points.model_version = model_versions.model_version

),

-- of the increases that are enough the smallest; in the words of the row whose bound it reaches, if that one has any
ranked as (

    select
        outcomes.*,
        case
            when outcomes.valid_to is null then replace(rules.next_step, ' by {by}', '')
            else replace(rules.next_step, '{by}', {{ pql_date_text('outcomes.valid_to') }})
        end as wording,
        row_number() over (
            partition by outcomes.model_id, outcomes.entity_id
            order by
                outcomes.increase,
                {{ pql_byte_order('outcomes.metric_id') }},
                case when ceil(rules.lower) = outcomes.proposed_value then 0 else 1 end,
                {{ pql_byte_order('rules.rule_id') }},
                rules.lower
        ) as place
    from outcomes
    inner join rules
        on
            outcomes.model_id = rules.model_id
            and outcomes.model_version = rules.model_version
            and outcomes.metric_id = rules.metric_id
    where {{ pql_is_qualified('new_score', 'has_every_pillar') }}

),

final as (

    select
        model_id,
        entity_id as user_id,
        metric_id,
        cast(increase as bigint) as increase,
        {{ pql_with_number('wording', '{increase}', 'cast(cast(increase as bigint) as varchar)') }} as next_step
    from ranked
    where place = 1

)

select * from final
