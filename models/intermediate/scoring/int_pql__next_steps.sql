-- One row per model and user who is no PQL at as_of but would be if one metric alone were higher: the smallest such increase.
with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

model_versions as (

    select model_versions.*
    from {{ ref('int_pql__model_versions') }} as model_versions
    cross join clock
    where {{ pql_holds_at('model_versions', 'clock.as_of') }}

),

statuses as (

    select status_history.*
    from {{ ref('int_pql__status_history') }} as status_history
    cross join clock
    where
        status_history.entity_type = 'user'
        and status_history.status in ('candidate', 'not_qualified')
        and {{ pql_holds_at('status_history', 'clock.as_of') }}

),

metric_values as (

    select metric_history.entity_id, metric_history.metric_id, metric_history.value
    from {{ ref('int_pql__metric_history') }} as metric_history
    cross join clock
    where metric_history.entity_type = 'user' and {{ pql_holds_at('metric_history', 'clock.as_of') }}

),

held_conditions as (

    select condition_history.entity_id, condition_history.condition_id
    from {{ ref('int_pql__condition_history') }} as condition_history
    cross join clock
    where
        condition_history.entity_type = 'user'
        and condition_history.state = 'held'
        and {{ pql_holds_at('condition_history', 'clock.as_of') }}

),

rule_rows as (

    select
        rules.*,
        {{ pql_condition_id('rules.metric_id', 'rules.lower', 'rules.upper', 'false') }} as condition_id
    from {{ ref('pql_rules') }} as rules
    inner join model_versions
        on rules.model_id = model_versions.model_id and rules.model_version = model_versions.model_version

),

pillar_rows as (

    select
        pillars.*,
        {{ pql_condition_id('pillars.metric_id', 'pillars.lower', 'pillars.upper', 'coalesce(pillars.is_unknown, false)') }}
            as condition_id
    from {{ ref('pql_pillars') }} as pillars
    inner join model_versions
        on pillars.model_id = model_versions.model_id and pillars.model_version = model_versions.model_version

),

-- behaviour that a user can add to, in the model's own words
suggestible as (

    select
        rule_rows.model_id,
        rule_rows.metric_id
    from rule_rows
    inner join metrics on rule_rows.metric_id = metrics.metric_id
    where
        rule_rows.next_step is not null
        and metrics.entity_type = 'user'
        and metrics.kind in ('count', 'sum', 'distinct_objects', 'distinct_users', 'active_days')
    group by rule_rows.model_id, rule_rows.metric_id

),

bounds as (

    select model_id, metric_id, lower from rule_rows
    union
    select model_id, metric_id, lower from pillar_rows

),

proposals as (

    select
        statuses.model_id,
        statuses.entity_id,
        bounds.metric_id,
        ceil(bounds.lower) as proposed_value,
        ceil(bounds.lower) - metric_values.value as increase
    from statuses
    inner join suggestible on statuses.model_id = suggestible.model_id
    inner join bounds
        on suggestible.model_id = bounds.model_id and suggestible.metric_id = bounds.metric_id
    inner join metric_values
        on statuses.entity_id = metric_values.entity_id and bounds.metric_id = metric_values.metric_id
    where bounds.lower > metric_values.value

),

-- rules that read the metric: held before, and held with the proposed value?
rule_changes as (

    select
        proposals.model_id,
        proposals.entity_id,
        proposals.metric_id,
        proposals.proposed_value,
        rule_rows.rule_id,
        rule_rows.layer,
        rule_rows.points,
        max(case when held_conditions.condition_id is not null then 1 else 0 end) as is_held,
        max(case
            when rule_rows.metric_id <> proposals.metric_id
                then case when held_conditions.condition_id is not null then 1 else 0 end
            when
                (rule_rows.lower is null or proposals.proposed_value >= rule_rows.lower)
                and (rule_rows.upper is null or proposals.proposed_value < rule_rows.upper)
                then 1
            else 0
        end) as would_be_held
    from proposals
    inner join rule_rows
        on proposals.model_id = rule_rows.model_id
    left join held_conditions
        on
            proposals.entity_id = held_conditions.entity_id
            and rule_rows.condition_id = held_conditions.condition_id
    where
        rule_rows.points <> 0
        and exists (
            select 1
            from rule_rows as same_rule
            where
                same_rule.model_id = rule_rows.model_id
                and same_rule.rule_id = rule_rows.rule_id
                and same_rule.metric_id = proposals.metric_id
        )
    group by
        proposals.model_id, proposals.entity_id, proposals.metric_id, proposals.proposed_value,
        rule_rows.rule_id, rule_rows.layer, rule_rows.points

),

point_changes as (

    select
        model_id,
        entity_id,
        metric_id,
        proposed_value,
        {% for layer in pql_layers() -%}
        sum(case when layer = '{{ layer }}' then points * (would_be_held - is_held) else 0 end) as {{ layer }}_change{{ ',' if not loop.last }}
        {% endfor %}
    from rule_changes
    group by model_id, entity_id, metric_id, proposed_value

),

-- pillars: which alternatives would be held?
alternative_states as (

    select
        proposals.model_id,
        proposals.entity_id,
        proposals.metric_id,
        proposals.proposed_value,
        pillar_rows.pillar,
        pillar_rows.alternative,
        min(case
            when pillar_rows.metric_id <> proposals.metric_id or coalesce(pillar_rows.is_unknown, false)
                then case when held_conditions.condition_id is not null then 1 else 0 end
            when
                (pillar_rows.lower is null or proposals.proposed_value >= pillar_rows.lower)
                and (pillar_rows.upper is null or proposals.proposed_value < pillar_rows.upper)
                then 1
            else 0
        end) as would_be_held
    from proposals
    inner join pillar_rows on proposals.model_id = pillar_rows.model_id
    left join held_conditions
        on
            proposals.entity_id = held_conditions.entity_id
            and pillar_rows.condition_id = held_conditions.condition_id
    group by
        proposals.model_id, proposals.entity_id, proposals.metric_id, proposals.proposed_value,
        pillar_rows.pillar, pillar_rows.alternative

),

pillar_states as (

    select model_id, entity_id, metric_id, proposed_value, pillar, max(would_be_held) as would_be_held
    from alternative_states
    group by model_id, entity_id, metric_id, proposed_value, pillar

),

pillars_all as (

    select model_id, entity_id, metric_id, proposed_value, min(would_be_held) as would_be_held
    from pillar_states
    group by model_id, entity_id, metric_id, proposed_value

),

outcomes as (

    select
        proposals.model_id,
        proposals.entity_id,
        proposals.metric_id,
        proposals.proposed_value,
        proposals.increase,
        model_versions.qualification,
        model_versions.pql_threshold,
        coalesce(pillars_all.would_be_held, 1) = 1 as has_pillars,
        {% for layer in pql_layers() -%}
        least(
            statuses.{{ layer }}_points + coalesce(point_changes.{{ layer }}_change, 0),
            {{ 'statuses.' ~ layer ~ '_points + coalesce(point_changes.' ~ layer ~ '_change, 0)' if layer == 'other'
                else 'coalesce(model_versions.' ~ layer ~ '_cap, statuses.' ~ layer ~ '_points + coalesce(point_changes.' ~ layer ~ '_change, 0))' }}
        ){{ ' + ' if not loop.last }}
        {% endfor -%}
        as new_score
    from proposals
    inner join statuses on proposals.model_id = statuses.model_id and proposals.entity_id = statuses.entity_id
    inner join model_versions on proposals.model_id = model_versions.model_id
    left join point_changes
        on
            proposals.model_id = point_changes.model_id
            and proposals.entity_id = point_changes.entity_id
            and proposals.metric_id = point_changes.metric_id
            and proposals.proposed_value = point_changes.proposed_value
    left join pillars_all
        on
            proposals.model_id = pillars_all.model_id
            and proposals.entity_id = pillars_all.entity_id
            and proposals.metric_id = pillars_all.metric_id
            and proposals.proposed_value = pillars_all.proposed_value

),

ranked as (

    select
        outcomes.*,
        row_number() over (
            partition by model_id, entity_id order by increase, {{ pql_byte_order('metric_id') }}
        ) as rank_of_increase
    from outcomes
    where
        case qualification
            when 'score_only' then new_score >= pql_threshold
            when 'pillars_only' then has_pillars
            else new_score >= pql_threshold and has_pillars
        end

),

texts as (

    select
        ranked.model_id,
        ranked.entity_id,
        ranked.metric_id,
        ranked.increase,
        rule_rows.next_step,
        row_number() over (
            partition by ranked.model_id, ranked.entity_id
            order by
                case when rule_rows.lower = ranked.proposed_value then 0 else 1 end,
                {{ pql_byte_order('rule_rows.rule_id') }}
        ) as rank_of_text
    from ranked
    inner join rule_rows
        on
            ranked.model_id = rule_rows.model_id
            and ranked.metric_id = rule_rows.metric_id
            and rule_rows.next_step is not null
    where ranked.rank_of_increase = 1

),

final as (

    select
        texts.model_id,
        texts.entity_id as user_id,
        texts.metric_id,
        cast(texts.increase as bigint) as increase,
        replace(
            replace(texts.next_step, '{increase}', cast(cast(texts.increase as bigint) as varchar)),
            '{by}',
            coalesce({{ pql_date_text('statuses.valid_to') }}, 'soon')
        ) as next_step
    from texts
    inner join statuses on texts.model_id = statuses.model_id and texts.entity_id = statuses.entity_id
    where texts.rank_of_text = 1

)

select * from final
