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

-- a metric that asks for the signup is unknown where there is none
starts as (

    select
        entities.entity_type,
        entities.entity_id,
        metrics.metric_id,
        entities.started_at,
        metrics.within_hours_of_signup is not null and entities.signed_up_at is null as is_unknown
    from metrics
    inner join entities on metrics.entity_type = entities.entity_type
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

),

counts as (

    {{ pql_intervals_of_changes('changes', keys, ['value', 'denominator'], ends=false, before=true) }}

),

final as (

    select
        counts.entity_type,
        counts.entity_id,
        counts.metric_id,
        case when metrics.kind <> 'ratio' or counts.denominator <> 0 then counts.value end as value,
        case when metrics.kind = 'ratio' then counts.denominator end as denominator,
        counts.valid_from,
        counts.valid_to,
        case when metrics.kind <> 'ratio' or counts.denominator_before <> 0 then counts.value_before end as value_before,
        case when metrics.kind = 'ratio' then counts.denominator_before end as denominator_before
    from counts
    inner join metrics on counts.metric_id = metrics.metric_id

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
