-- One row per step of a calibration and period: counts, and sums of products over its clusters.
with

clusters as (

    select * from {{ ref('int_pql__calibration_clusters') }}

),

final as (

    select
        model_id,
        model_version,
        horizon_days,
        step,
        period,
        cast(count(*) as bigint) as cluster_count,
        cast(count(case when in_x > 0 then 1 end) as bigint) as converting_cluster_count,
        cast(sum(in_n) as bigint) as observation_count,
        cast(sum(in_x) as bigint) as conversion_count
        {%- for first in ['x', 'n'] %}{% for second in ['x', 'n'] %},
        cast(sum(in_{{ first }} * in_{{ second }}) as bigint) as in_{{ first }}_in_{{ second }}
        {%- endfor %}{% endfor %}
    from clusters
    group by model_id, model_version, horizon_days, step, period

)

select * from final
