-- One row per metric of the business, model, segment and period in which it counts anything: its value and 95 % interval.
-- A median's interval is that of the ranks which chance leaves open, with as many observations as there are clusters.
{%- set keys = ['metric_id', 'kind', 'model_id', 'segment', 'period', 'period_started_at'] %}
with

cases as (

    select * from {{ ref('int_pql__metric_cases') }}

),

clusters as (

    select
        {{ keys | join(', ') }}, cluster_id,
        cast(count(*) as double precision) as case_count,
        sum(amount) as total
    from cases
    group by {{ keys | join(', ') }}, cluster_id

),

sums as (

    select
        {{ keys | join(', ') }},
        cast(count(*) as bigint) as cluster_count,
        cast(sum(case_count) as bigint) as case_count,
        sum(total) as total,
        sum(total) / sum(case_count) as mean,
        sum(total * total) as total_by_total,
        sum(total * case_count) as total_by_count,
        sum(case_count * case_count) as count_by_count
    from clusters
    group by {{ keys | join(', ') }}

),

with_variances as (

    select
        sums.*,
        (total_by_total - 2 * mean * total_by_count + mean * mean * count_by_count)
        / case_count / case_count * {{ pql_cluster_correction('cluster_count') }} as variance,
        {{ pql_normal_quantile() }} / 2 / sqrt(cluster_count) as rank_margin
    from sums

),

with_sizes as (

    select
        with_variances.*,
        case
            when kind = 'rate' then {{ pql_effective_size('mean', 'variance', 'case_count', 'cluster_count') }}
        end as effective_size
    from with_variances

),

ranked as (

    select
        cases.*,
        row_number() over (partition by {{ keys | join(', ') }} order by amount) as rank_of_case
    from cases
    where kind = 'median'

),

medians as (

    select
        {% for key in keys %}ranked.{{ key }}, {% endfor %}
        percentile_cont(0.5) within group (order by ranked.amount) as median,
        max(case when ranked.rank_of_case <= sizes.case_count * (0.5 - sizes.rank_margin) then ranked.amount end) as median_low,
        min(case when ranked.rank_of_case > sizes.case_count * (0.5 + sizes.rank_margin) then ranked.amount end) as median_high
    from ranked
    inner join with_variances as sizes
        on
            {% for key in keys if key != 'model_id' %}ranked.{{ key }} = sizes.{{ key }} and {% endfor %}
            ranked.model_id = sizes.model_id
    group by {% for key in keys %}ranked.{{ key }}{{ ', ' if not loop.last }}{% endfor %}

),

final as (

    select
        {% for key in keys %}sized.{{ key }}, {% endfor %}
        sized.case_count,
        sized.cluster_count,
        case sized.kind
            when 'count' then sized.case_count
            when 'median' then medians.median
            else sized.mean
        end as value,
        case sized.kind
            when 'rate' then {{ pql_wilson_bound('-', 'sized.mean', 'sized.effective_size') }}
            when 'median' then medians.median_low
            when 'per_subject' then sized.mean - {{ pql_normal_quantile() }} * {{ pql_standard_error('sized.variance') }}
        end as value_low,
        case sized.kind
            when 'rate' then {{ pql_wilson_bound('+', 'sized.mean', 'sized.effective_size') }}
            when 'median' then medians.median_high
            when 'per_subject' then sized.mean + {{ pql_normal_quantile() }} * {{ pql_standard_error('sized.variance') }}
        end as value_high
    from with_sizes as sized
    left join medians
        on
            {% for key in keys if key != 'model_id' %}sized.{{ key }} = medians.{{ key }} and {% endfor %}
            sized.model_id = medians.model_id

)

select * from final
