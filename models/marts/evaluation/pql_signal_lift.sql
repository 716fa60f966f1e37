-- One row per model version, horizon and signal (a rule of the model, or a metric above 0): how often and how early those
-- who converted had it, against the others.
with

intervals as (

    select * from {{ ref('int_pql__slice_intervals') }}

),

signals as (

    select * from intervals
    where slice_type in ('metric', 'rule')

),

base as (

    select * from intervals
    where slice_type = 'all'

),

leads as (

    select * from {{ ref('int_pql__signal_leads') }}

),

-- the metrics that a signal reads
read_metrics as (

    select 'metric' as signal_type, metric_id as signal_id, metric_id, cast(null as varchar) as model_id
    from {{ ref('pql_metrics') }}

    union

    select 'rule' as signal_type, rule_id as signal_id, metric_id, model_id
    from {{ ref('pql_rules') }}

),

suspect_signals as (

    select
        read_metrics.signal_type,
        read_metrics.signal_id,
        read_metrics.model_id,
        {{ pql_list_text(
            'suspect_metrics.metric_id || \' \' || suspect_metrics.reason', pql_byte_order('suspect_metrics.metric_id')
        ) }} as reasons
    from read_metrics
    inner join {{ ref('int_pql__suspect_metrics') }} as suspect_metrics
        on read_metrics.metric_id = suspect_metrics.metric_id
    group by read_metrics.signal_type, read_metrics.signal_id, read_metrics.model_id

),

final as (

    select
        -- which signal
        signals.model_id,
        signals.model_version,
        cast(signals.horizon_days as bigint) as horizon_days,
        signals.slice_type as signal_type,
        signals.slice as signal_id,

        -- how many
        signals.user_count as users,
        signals.cluster_count as clusters,
        signals.observation_count as observations,
        signals.conversion_count as conversions,
        signals.converting_cluster_count as converting_clusters,
        signals.share_of_observations,
        signals.recall_rate as share_of_conversions,
        {{ pql_rounded(pql_rate(
            '(signals.observation_count - signals.conversion_count)', '(base.observation_count - base.conversion_count)'
        )) }} as share_of_others,

        -- how early
        cast(coalesce(leads.converters, 0) as bigint) as converters,
        {{ pql_rounded('leads.median_days_before', 2) }} as median_days_before_conversion,

        -- how telling
        signals.precision_rate as conversion_rate,
        signals.precision_low as conversion_rate_low,
        signals.precision_high as conversion_rate_high,
        signals.lift,
        signals.lift_low,
        signals.lift_high,

        -- in words
        signals.verdict,
        cast(signals.conversions_needed as bigint) as conversions_needed,
        suspect_signals.signal_id is not null as may_know_the_future,
        suspect_signals.reasons as may_know_the_future_because
    from signals
    inner join base
        on
            signals.model_id = base.model_id
            and signals.model_version = base.model_version
            and signals.horizon_days = base.horizon_days
            and signals.period = base.period
    left join leads
        on
            signals.model_id = leads.model_id
            and signals.model_version = leads.model_version
            and signals.slice_type = leads.signal_type
            and signals.slice = leads.signal_id
    left join suspect_signals
        on
            signals.slice_type = suspect_signals.signal_type
            and signals.slice = suspect_signals.signal_id
            and signals.model_id = coalesce(suspect_signals.model_id, signals.model_id)

)

select * from final
