-- One row per slice: precision, recall and lift with their 95 % intervals, and what may be said of them.
{%- set min_conversions = var('pql_evaluation_min_conversions') %}
with

slice_rates as (

    select * from {{ ref('int_pql__slice_rates') }}

),

with_sizes as (

    select
        slice_rates.*,
        {{ pql_effective_size('precision_rate', 'precision_variance', 'observation_count', 'cluster_count') }} as precision_size,
        {{ pql_effective_size('recall_rate', 'recall_variance', 'base_conversion_count', 'base_converting_cluster_count') }} as recall_size
    from slice_rates

),

with_rates as (

    select
        with_sizes.*,
        {{ pql_wilson_bound('-', 'precision_rate', 'precision_size') }} as precision_low,
        {{ pql_wilson_bound('+', 'precision_rate', 'precision_size') }} as precision_high,
        {{ pql_wilson_bound('-', 'recall_rate', 'recall_size') }} as recall_low,
        {{ pql_wilson_bound('+', 'recall_rate', 'recall_size') }} as recall_high
    from with_sizes

),

-- without a conversion in the slice a lift of 0 has no logarithm: its bound is that of the slice's own rate
bounds as (

    select
        with_rates.*,
        {% for lift, base in {'lift': 'base_rate', 'lift_over_rest': 'precision_rate / nullif(lift_over_rest, 0)'}.items() -%}
        case when conversion_count = 0 then 0 else {{ pql_ratio_bound('-', lift, 'log_' ~ lift ~ '_variance') }} end as {{ lift }}_low,
        case
            when conversion_count = 0 then precision_high / nullif({{ base }}, 0)
            else {{ pql_ratio_bound('', lift, 'log_' ~ lift ~ '_variance') }}
        end as {{ lift }}_high{{ ',' if not loop.last }}
        {% endfor %}
    from with_rates

),

final as (

    select
        model_id, model_version, horizon_days, period, slice_type, slice,
        user_count, cluster_count, converting_cluster_count, observation_count, conversion_count,
        {% for rate in ['share_of_observations', 'base_rate', 'precision_rate', 'recall_rate', 'lift', 'lift_over_rest'] -%}
        {{ pql_rounded(rate) }} as {{ rate }},
        {% endfor -%}
        {% for rate in ['precision', 'recall', 'lift', 'lift_over_rest'] -%}
        {{ pql_rounded(rate ~ '_low') }} as {{ rate }}_low,
        {{ pql_rounded(rate ~ '_high') }} as {{ rate }}_high,
        {% endfor -%}
        greatest({{ min_conversions }} - base_converting_cluster_count, 0) as conversions_needed,
        case
            when base_converting_cluster_count < {{ min_conversions }} then 'too few conversions'
            when slice_type = 'all' then 'base rate'
            when lift_low > 1 then 'converts more'
            when lift_high < 1 then 'converts less'
            else 'not distinguishable'
        end as verdict
    from bounds

)

select * from final
