-- One row per model version, entity and interval of one score and status, gap-free while the version is in force.
-- Everything that moves the score enters one stream of changes: rule points by layer, pillars, triggers, exclusions.
{%- set keys = ['model_id', 'model_version', 'entity_type', 'entity_id'] %}
{%- set values = [] %}
{%- for layer in pql_layers() %}{% do values.append(layer ~ '_points') %}{% endfor %}
{%- set values = values + ['held_pillars', 'is_trigger_hot', 'exclusion_precedence'] %}
with

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

entities as (

    select * from {{ ref('int_pql__entities') }}

),

exclusions as (

    select * from {{ ref('int_pql__exclusions') }}

),

hot_history as (

    select * from {{ ref('int_pql__hot_history') }}

),

-- held pillars are kept as a number: the sum of their bits
pillar_bits as (

    select * from {{ ref('int_pql__pillar_bits') }}

),

pillar_sets as (

    select model_id, model_version, sum(pillar_bit) as every_pillar
    from pillar_bits
    group by model_id, model_version

),

-- several triggers at once make an entity no hotter
hot as (

    {{ pql_merged_intervals('hot_history', ['model_id', 'entity_type', 'entity_id']) }}

),

moves as (

    select
        model_id, model_version, entity_type, entity_id, valid_from, valid_to,
        {% for layer in pql_layers() -%}
        case when layer = '{{ layer }}' then points else 0 end as {{ layer }}_points,
        {% endfor -%}
        0 as held_pillars, 0 as is_trigger_hot, 0 as exclusion_precedence
    from {{ ref('int_pql__rule_history') }}
    where points <> 0

    union all

    select
        pillar_history.model_id, pillar_history.model_version, pillar_history.entity_type, pillar_history.entity_id,
        pillar_history.valid_from, pillar_history.valid_to,
        0, 0, 0, 0, 0,
        pillar_bits.pillar_bit, 0, 0
    from {{ ref('int_pql__pillar_history') }} as pillar_history
    inner join pillar_bits
        on
            pillar_history.model_id = pillar_bits.model_id
            and pillar_history.model_version = pillar_bits.model_version
            and pillar_history.pillar = pillar_bits.pillar
    where pillar_history.state = 'held'

    union all

    select
        model_versions.model_id, model_versions.model_version, hot.entity_type, hot.entity_id,
        hot.valid_from, hot.valid_to,
        0, 0, 0, 0, 0,
        0, 1, 0
    from hot
    inner join model_versions
        on hot.model_id = model_versions.model_id and hot.entity_type = model_versions.entity_type

    union all

    select
        model_versions.model_id, model_versions.model_version, 'user', exclusions.user_id,
        exclusions.valid_from, exclusions.valid_to,
        0, 0, 0, 0, 0,
        0, 0, exclusions.precedence
    from exclusions
    inner join model_versions
        on exclusions.model_id = model_versions.model_id and model_versions.entity_type = 'user'

),

in_force as (

    select
        model_versions.model_id,
        model_versions.model_version,
        entities.entity_type,
        entities.entity_id,
        greatest(entities.started_at, model_versions.valid_from) as valid_from,
        model_versions.valid_to,
        1 as is_open
    from model_versions
    inner join entities on model_versions.entity_type = entities.entity_type
    where model_versions.valid_to is null or model_versions.valid_to > greatest(entities.started_at, model_versions.valid_from)

),

opening_changes as (

    {{ pql_changes_of_intervals('in_force', keys, ['is_open']) }}

),

move_changes as (

    {{ pql_changes_of_intervals('moves', keys, values) }}

),

changes as (

    select {{ keys | join(', ') }}, changed_at, is_open, {% for value in values %}0 as {{ value }}{{ ', ' if not loop.last }}{% endfor %}

    from opening_changes

    union all

    select {{ keys | join(', ') }}, changed_at, 0 as is_open, {{ values | join(', ') }}
    from move_changes

),

sums as (

    {{ pql_intervals_of_changes('changes', keys, values) }}

),

capped as (

    select
        sums.*,
        model_versions.qualification,
        model_versions.pql_threshold,
        model_versions.hot_threshold,
        sums.held_pillars = coalesce(pillar_sets.every_pillar, 0) as is_every_pillar_held,
        {% for layer in pql_layers() -%}
        sums.{{ layer }}_points + {{ pql_cap_adjustment(layer) }}{{ ' + ' if not loop.last }}
        {% endfor -%}
        as capped_score
    from sums
    inner join model_versions
        on sums.model_id = model_versions.model_id and sums.model_version = model_versions.model_version
    left join pillar_sets
        on sums.model_id = pillar_sets.model_id and sums.model_version = pillar_sets.model_version

),

pillar_texts as (

    select
        sets.model_id,
        sets.model_version,
        sets.held_pillars,
        {{ pql_list_text('case when floor(sets.held_pillars / pillar_bits.pillar_bit) % 2 = 1 then pillar_bits.pillar end', 'pillar_bits.pillar_bit') }}
            as pillars_held,
        {{ pql_list_text('case when floor(sets.held_pillars / pillar_bits.pillar_bit) % 2 = 0 then pillar_bits.pillar end', 'pillar_bits.pillar_bit') }}
            as pillars_missing
    from (select distinct model_id, model_version, held_pillars from capped) as sets
    inner join pillar_bits
        on sets.model_id = pillar_bits.model_id and sets.model_version = pillar_bits.model_version
    group by sets.model_id, sets.model_version, sets.held_pillars

),

qualified as (

    select
        capped.*,
        case when exclusion_precedence > 0 then 0 else greatest(capped_score, 0) end as score,
        exclusion_precedence = 0 and is_trigger_hot > 0 as is_hot_by_trigger,
        exclusion_precedence = 0 and case qualification
            when 'score_only' then capped_score >= pql_threshold
            when 'pillars_only' then is_every_pillar_held
            when 'pillars_and_score' then capped_score >= pql_threshold and is_every_pillar_held
        end as is_qualified_by_score
    from capped

),

judged as (

    select
        qualified.*,
        coalesce(is_qualified_by_score and score >= hot_threshold, false) as is_hot_by_score,
        exclusions_by_precedence.reason as ineligibility_reason,
        pillar_texts.pillars_held,
        pillar_texts.pillars_missing
    from qualified
    left join {{ ref('pql_exclusions') }} as exclusions_by_precedence
        on
            qualified.model_id = exclusions_by_precedence.model_id
            and qualified.exclusion_precedence = exclusions_by_precedence.precedence
    left join pillar_texts
        on
            qualified.model_id = pillar_texts.model_id
            and qualified.model_version = pillar_texts.model_version
            and qualified.held_pillars = pillar_texts.held_pillars

),

statuses as (

    select
        {{ keys | join(', ') }},
        valid_from,
        valid_to,
        {% for layer in pql_layers() -%}
        {{ layer }}_points,
        {% endfor -%}
        {% for layer in pql_layers() -%}
        - {{ layer }}_points {{ ' ' if loop.last }}
        {%- endfor -%}
        + score as adjustment_points,
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
