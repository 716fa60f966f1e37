-- One row per entity, metric and interval of one value, gap-free from the entity's start.
-- Ratios keep numerator and denominator, so that they are compared in whole numbers; *_before: the value just before.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
{%- set keys = ['entity_type', 'entity_id', 'metric_id'] %}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

entities as (

    select * from {{ ref('int_pql__entities') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

facts as (

    select * from {{ ref('int_pql__metric_facts') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

attribute_metrics as (

    select * from {{ ref('int_pql__attribute_metrics') }}
    where {{ pql_is_touched(['entity_type', 'entity_id']) }}

),

-- a second fact about the same object, person or day prolongs the first
keyed_facts as (

    select * from facts
    where kind in ('distinct_objects', 'distinct_users', 'active_days')

),

keyed_runs as (

    {{ pql_merged_intervals('keyed_facts', keys + ['fact_key']) }}

),

counted as (

    select {{ keys | join(', ') }}, quantity, valid_from, valid_to
    from facts
    where kind in ('count', 'sum', 'state')

    union all

    select {{ keys | join(', ') }}, 1 as quantity, valid_from, valid_to
    from keyed_runs

),

fact_changes as (

    {{ pql_changes_of_intervals('counted', keys, ['quantity']) }}

),

-- a metric that asks for the signup, itself or in a part of a ratio, is unknown where there is none
starts as (

    select
        entities.entity_type,
        entities.entity_id,
        metrics.metric_id,
        entities.started_at,
        coalesce(
            metrics.within_hours_of_signup, numerators.within_hours_of_signup, denominators.within_hours_of_signup
        ) is not null and entities.signed_up_at is null as is_unknown
    from metrics
    inner join entities on metrics.entity_type = entities.entity_type
    left join metrics as numerators on metrics.numerator_metric_id = numerators.metric_id
    left join metrics as denominators on metrics.denominator_metric_id = denominators.metric_id
    where metrics.kind <> 'attribute'

),

changes as (

    select {{ keys | join(', ') }}, started_at as changed_at, 1 as is_open, 0 as value, 0 as denominator
    from starts
    where not is_unknown

    union all

    select {{ keys | join(', ') }}, changed_at, 0 as is_open, quantity as value, 0 as denominator
    from fact_changes

    union all

    select
        fact_changes.entity_type,
        fact_changes.entity_id,
        metrics.metric_id,
        fact_changes.changed_at,
        0 as is_open,
        case when fact_changes.metric_id = metrics.numerator_metric_id then fact_changes.quantity else 0 end as value,
        case when fact_changes.metric_id = metrics.denominator_metric_id then fact_changes.quantity else 0 end
            as denominator
    from fact_changes
    inner join metrics on fact_changes.metric_id in (metrics.numerator_metric_id, metrics.denominator_metric_id)
    inner join starts
        on
            fact_changes.entity_type = starts.entity_type
            and fact_changes.entity_id = starts.entity_id
            and metrics.metric_id = starts.metric_id
    where not starts.is_unknown

),

counts as (

    {{ pql_intervals_of_changes('changes', keys, ['value', 'denominator'], ends=false, before=true) }}

),

-- while nothing can be divided by, a numerator that changes changes nothing
ratio_values as (

    select
        counts.entity_type,
        counts.entity_id,
        counts.metric_id,
        case when counts.denominator <> 0 then counts.value end as value,
        counts.denominator,
        counts.valid_from,
        counts.valid_to
    from counts
    inner join metrics on counts.metric_id = metrics.metric_id
    where metrics.kind = 'ratio'

),

ratios as (

    {{ pql_merged_intervals('ratio_values', keys + ['value', 'denominator']) }}

),

final as (

    select
        counts.entity_type,
        counts.entity_id,
        counts.metric_id,
        counts.value,
        cast(null as bigint) as denominator,
        counts.valid_from,
        counts.valid_to,
        counts.value_before,
        cast(null as bigint) as denominator_before
    from counts
    inner join metrics on counts.metric_id = metrics.metric_id
    where metrics.kind <> 'ratio'

    union all

    select
        {{ keys | join(', ') }},
        value,
        denominator,
        valid_from,
        valid_to,
        lag(value) over (partition by {{ keys | join(', ') }} order by valid_from) as value_before,
        lag(denominator) over (partition by {{ keys | join(', ') }} order by valid_from) as denominator_before
    from ratios

    union all

    select
        {{ keys | join(', ') }},
        value,
        cast(null as bigint) as denominator,
        valid_from,
        valid_to,
        lag(value) over (partition by {{ keys | join(', ') }} order by valid_from) as value_before,
        cast(null as bigint) as denominator_before
    from attribute_metrics

    union all

    select {{ keys | join(', ') }}, null, null, started_at, null, null, null
    from starts
    where is_unknown

)

select * from final
