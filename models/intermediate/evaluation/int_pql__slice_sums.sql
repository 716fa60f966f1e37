-- One row per model version, horizon, period and slice (of users, or who had a signal): counts, and sums of products
-- over clusters, from which every variance follows. `in` is the cluster's part in the slice, `base` all of it, `rest` its non-PQLs.
{%- set keys = ['model_id', 'model_version', 'horizon_days', 'period'] %}
with

slice_clusters as (

    select * from {{ ref('int_pql__slice_clusters') }}

),

signal_clusters as (

    select * from {{ ref('int_pql__signal_clusters') }}

),

slices as (

    select * from slice_clusters

    union all

    select * from signal_clusters

),

pairs as (

    select
        slices.model_id,
        slices.model_version,
        slices.horizon_days,
        slices.period,
        slices.slice_type,
        slices.slice,
        slices.user_count,
        slices.observation_count as in_n,
        slices.conversion_count as in_x,
        base.observation_count as base_n,
        base.conversion_count as base_x,
        coalesce(rest.observation_count, 0) as rest_n,
        coalesce(rest.conversion_count, 0) as rest_x
    from slices
    inner join slice_clusters as base
        on
            {% for key in keys %}slices.{{ key }} = base.{{ key }} and {% endfor %}
            slices.cluster_id = base.cluster_id and base.slice_type = 'all'
    left join slice_clusters as rest
        on
            {% for key in keys %}slices.{{ key }} = rest.{{ key }} and {% endfor %}
            slices.cluster_id = rest.cluster_id and rest.slice_type = 'group' and rest.slice = 'not_pql'

),

final as (

    select
        {{ keys | join(', ') }},
        slice_type,
        slice,
        cast(count(*) as bigint) as cluster_count,
        cast(count(case when in_x > 0 then 1 end) as bigint) as converting_cluster_count,
        cast(sum(user_count) as bigint) as user_count,
        cast(sum(in_n) as bigint) as observation_count,
        cast(sum(in_x) as bigint) as conversion_count
        {%- for one, other in [('in', 'in'), ('in', 'base'), ('in', 'rest')] %}
        {%- for first in ['x', 'n'] %}{% for second in ['x', 'n'] %},
        cast(sum({{ one }}_{{ first }} * {{ other }}_{{ second }}) as bigint) as {{ one }}_{{ first }}_{{ other }}_{{ second }}
        {%- endfor %}{% endfor %}
        {%- endfor %}
    from pairs
    group by {{ keys | join(', ') }}, slice_type, slice

)

select * from final
