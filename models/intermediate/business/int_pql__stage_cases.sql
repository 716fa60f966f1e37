-- One row per metric that compares stages of leads, and user (of payments: payer) it counts.
{{ config(materialized='view') }}
with

stage_leads as (

    select * from {{ ref('int_pql__stage_leads') }}

),

journeys as (

    select * from {{ ref('int_pql__journeys') }}

),

payments as (

    select * from {{ ref('int_pql__payments') }}

),

stages as (

    select distinct lead_stage from stage_leads

),

-- who was in no stage has a row as well: a share needs everyone in its denominator
conversions as (

    select
        journeys.model_id,
        stages.lead_stage,
        journeys.user_id,
        journeys.cluster_id,
        journeys.converted_at,
        case when stage_leads.entered_at is null then 0 else 1 end as was_in_stage
    from journeys
    cross join stages
    left join stage_leads
        on
            journeys.model_id = stage_leads.model_id
            and journeys.user_id = stage_leads.user_id
            and stages.lead_stage = stage_leads.lead_stage
    where journeys.converted_at is not null

),

-- one payer may stand for several users
paid as (

    select
        stage_leads.model_id,
        stage_leads.lead_stage,
        payments.payer_id,
        min(stage_leads.cluster_id) as cluster_id,
        min(stage_leads.converted_at) as converted_at,
        max(payments.paid_cents) as paid_cents
    from stage_leads
    inner join payments on stage_leads.user_id = payments.user_id
    where stage_leads.converted_at is not null
    group by stage_leads.model_id, stage_leads.lead_stage, payments.payer_id

),

timed as (

    select
        stage_leads.*,
        {{ pql_days_between('entered_at', 'converted_at') }} as days_to_conversion,
        case
            when first_contact_at <= converted_at then {{ pql_days_between('first_contact_at', 'converted_at') }}
        end as sales_cycle_days
    from stage_leads

),

final as (
    {% for metric_id, relation, subject_id, counted_at, happened_at, amount, condition in [
        ('stage_leads', 'timed', 'user_id', 'entered_at', 'null', 'null', 'true'),
        ('stage_conversion_rate', 'timed', 'user_id', 'entered_at', 'converted_at', 'null', 'true'),
        ('stage_days_to_conversion', 'timed', 'user_id', 'converted_at', 'null', 'days_to_conversion', 'true'),
        ('stage_sales_cycle_days', 'timed', 'user_id', 'converted_at', 'null', 'sales_cycle_days', 'sales_cycle_days is not null'),
        ('stage_churn_rate', 'timed', 'user_id', 'converted_at', 'churned_at', 'null', 'true'),
        ('stage_conversion_share', 'conversions', 'user_id', 'converted_at', 'null', 'was_in_stage', 'true'),
        ('stage_paid_cents', 'paid', 'payer_id', 'converted_at', 'null', 'paid_cents', 'true'),
    ] %}
    select
        '{{ metric_id }}' as metric_id,
        model_id,
        lead_stage as segment,
        {{ subject_id }} as subject_id,
        cluster_id,
        {{ counted_at }} as counted_at,
        cast({{ happened_at }} as timestamp) as happened_at,
        cast({{ amount }} as double precision) as amount
    from {{ relation }}
    where {{ counted_at }} is not null and {{ condition }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}

)

select * from final
