-- One row per user, signal (a metric above 0, or a rule) and interval during which the user has it.
-- Metrics are looked at for the users of the default model, rules for those of their own; a company's are its members'.
{{ config(materialized='view') }}
with

metric_history as (

    select * from {{ ref('int_pql__metric_history') }}
    where value > 0

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_id is not null

),

rule_history as (

    select * from {{ ref('int_pql__rule_history') }}
    where entity_type = 'user'

),

default_versions as (

    select * from {{ ref('int_pql__model_versions') }}
    where model_id = '{{ var('pql_default_model') }}' and entity_type = 'user'

),

user_metrics as (

    select entity_id as user_id, metric_id, valid_from, valid_to
    from metric_history
    where entity_type = 'user'

    union all

    select
        memberships.user_id,
        metric_history.metric_id,
        greatest(metric_history.valid_from, memberships.valid_from) as valid_from,
        {{ pql_earlier_end('metric_history', 'memberships') }} as valid_to
    from metric_history
    inner join memberships
        on
            metric_history.entity_type = memberships.entity_type
            and metric_history.entity_id = memberships.entity_id
            and {{ pql_overlap('metric_history', 'memberships') }}

),

final as (

    select
        default_versions.model_id,
        default_versions.model_version,
        'metric' as signal_type,
        user_metrics.metric_id as signal_id,
        user_metrics.user_id,
        greatest(user_metrics.valid_from, default_versions.valid_from) as valid_from,
        {{ pql_earlier_end('user_metrics', 'default_versions') }} as valid_to
    from user_metrics
    inner join default_versions on {{ pql_overlap('user_metrics', 'default_versions') }}

    union all

    select
        model_id,
        model_version,
        'rule' as signal_type,
        rule_id as signal_id,
        entity_id as user_id,
        valid_from,
        valid_to
    from rule_history

)

select * from final
