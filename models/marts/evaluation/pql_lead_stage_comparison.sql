-- One row per model of free users and stage of leads (mql, pql, sql): what became of who entered it, side by side.
-- Stages overlap: a user may be in all three, and the rows are no parts of a whole.
{%- set measures = {
    'conversion_rate': ('stage_conversion_rate', 'mature_leads'),
    'share_of_conversions': ('stage_conversion_share', 'conversions'),
    'median_days_to_conversion': ('stage_days_to_conversion', 'converted_leads'),
    'median_sales_cycle_days': ('stage_sales_cycle_days', 'sales_cycles'),
    'churn_rate': ('stage_churn_rate', 'mature_customers'),
    'paid_cents_per_payer': ('stage_paid_cents', 'payers'),
} %}
with

metric_values as (

    select * from {{ ref('int_pql__metric_values') }}
    where period = 'ever'

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

side_by_side as (

    select
        model_id,
        segment as lead_stage,
        max(case when metric_id = 'stage_leads' then case_count end) as leads
        {%- for name, (metric_id, case_name) in measures.items() %},
        max(case when metric_id = '{{ metric_id }}' then case_count end) as {{ case_name }}
        {%- for bound in ['', '_low', '_high'] %},
        max(case when metric_id = '{{ metric_id }}' then value{{ bound }} end) as {{ name }}{{ bound }}
        {%- endfor %}
        {%- endfor %}
    from metric_values
    group by model_id, segment

),

-- retention is what churn leaves, so its lower end is the upper one of churn
with_retention as (

    select
        side_by_side.*,
        1 - churn_rate as retention_rate,
        1 - churn_rate_high as retention_rate_low,
        1 - churn_rate_low as retention_rate_high
    from side_by_side

),

final as (

    select
        with_retention.model_id,
        with_retention.lead_stage,
        cast(with_retention.leads as bigint) as leads
        {%- for name, (metric_id, case_name) in measures.items() %},
        cast(coalesce(with_retention.{{ case_name }}, 0) as bigint) as {{ case_name }}
        {%- for bound in ['', '_low', '_high'] %},
        {{ pql_rounded('with_retention.' ~ name.replace('churn', 'retention') ~ bound) }} as {{ name.replace('churn', 'retention') }}{{ bound }}
        {%- endfor %}
        {%- endfor %},
        clock.as_of
    from with_retention
    cross join clock
    where with_retention.leads is not null

)

select * from final
