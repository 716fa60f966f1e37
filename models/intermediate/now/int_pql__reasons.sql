-- One row per model and user at as_of: the three rules that give most points, in words.
{{ pql_rebuilt_now(['user_id']) }}
{%- set nth_reason = "coalesce('; ' || max(case when rank_of_reason = %s then reason end), '')" %}

with

moment as (

    select * from {{ ref('int_pql__moment') }}

),

rules as (

    select * from {{ ref('pql_rules') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

held_rules as (

    select
        rule_history.model_id,
        rule_history.model_version,
        rule_history.entity_id as user_id,
        rule_history.rule_id,
        rule_history.metric_id,
        rule_history.points,
        row_number() over (
            partition by rule_history.model_id, rule_history.entity_id
            order by rule_history.points desc, {{ pql_byte_order('rule_history.rule_id') }}
        ) as rank_of_reason
    from {{ ref('int_pql__rule_history') }} as rule_history
    cross join moment
    where
        rule_history.entity_type = 'user'
        and rule_history.points > 0
        and {{ pql_has_moved(['rule_history.entity_id']) }}
        and {{ pql_holds_at('rule_history', 'moment.as_of') }}

),

top_rules as (

    select
        held_rules.*,
        metrics.entity_type,
        coalesce(memberships.entity_id, held_rules.user_id) as entity_id
    from held_rules
    cross join moment
    inner join metrics on held_rules.metric_id = metrics.metric_id
    left join {{ ref('int_pql__memberships') }} as memberships
        on
            held_rules.user_id = memberships.user_id
            and metrics.entity_type = memberships.entity_type
            and {{ pql_holds_at('memberships', 'moment.as_of') }}
    where held_rules.rank_of_reason <= 3

),

metric_values as (

    select
        entity_type,
        entity_id,
        metric_id,
        case
            when denominator is null then cast(value as varchar)
            else cast(cast(1.0 * value / denominator as decimal(18, 1)) as varchar)
        end as value,
        last_fact_at
    from {{ ref('int_pql__metrics_now') }}

),

in_words as (

    select
        top_rules.model_id,
        top_rules.user_id,
        top_rules.rank_of_reason,
        replace(
            {{ pql_with_number('rules.reason', '{value}', "coalesce(metric_values.value, '0')") }},
            '{date}', coalesce({{ pql_date_text('metric_values.last_fact_at') }}, '')
        ) as reason,
        row_number() over (
            partition by top_rules.model_id, top_rules.user_id, top_rules.rank_of_reason order by rules.lower
        ) as row_of_rule
    from top_rules
    inner join rules
        on
            top_rules.model_id = rules.model_id
            and top_rules.model_version = rules.model_version
            and top_rules.rule_id = rules.rule_id
            and top_rules.metric_id = rules.metric_id
    left join metric_values
        on
            top_rules.entity_type = metric_values.entity_type
            and top_rules.entity_id = metric_values.entity_id
            and top_rules.metric_id = metric_values.metric_id

),

final as (

    select
        model_id,
        user_id,
        substr(nullif({{ nth_reason % 1 }} || {{ nth_reason % 2 }} || {{ nth_reason % 3 }}, ''), 3) as top_reasons
    from in_words
    where row_of_rule = 1
    group by model_id, user_id

)

select * from final
