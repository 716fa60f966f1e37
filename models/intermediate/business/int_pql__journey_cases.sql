-- One row per metric of the business that follows from the way of a user alone, and user it counts.
{{ config(materialized='view') }}
with

journeys as (

    select * from {{ ref('int_pql__journeys') }}

),

dispositions as (

    select * from {{ ref('stg_pql__dispositions') }}
    where disposition = 'rejected'

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

first_rejections as (

    select journeys.model_id, journeys.user_id, min(dispositions.disposed_at) as rejected_at
    from journeys
    cross join clock
    inner join dispositions
        on
            journeys.user_id = dispositions.user_id
            and journeys.model_id = coalesce(dispositions.model_id, journeys.model_id)
            and journeys.first_pql_at <= dispositions.disposed_at
            and clock.as_of >= dispositions.disposed_at
    group by journeys.model_id, journeys.user_id

),

ways as (

    select
        journeys.*,
        first_rejections.rejected_at,
        case when journeys.first_pql_at is null then 0 else 1 end as is_pql_first,
        {{ pql_days_between('journeys.signed_up_at', 'journeys.first_pql_at') }} as days_to_pql,
        {{ pql_days_between('journeys.first_pql_at', 'journeys.converted_at') }} as days_to_conversion
    from journeys
    left join first_rejections
        on journeys.model_id = first_rejections.model_id and journeys.user_id = first_rejections.user_id

),

final as (
    {% for metric_id, counted_at, happened_at, amount, condition in [
        ('activation_rate', 'signed_up_at', 'activated_at', 'null', 'true'),
        ('pql_rate', 'signed_up_at', 'first_pql_at', 'null', 'true'),
        ('customer_rate', 'signed_up_at', 'converted_at', 'null', 'true'),
        ('new_pqls', 'first_pql_at', 'null', 'null', 'true'),
        ('days_to_pql', 'first_pql_at', 'null', 'days_to_pql', 'signed_up_at is not null'),
        ('pql_conversion_rate', 'first_pql_at', 'converted_at', 'null', 'true'),
        ('false_positive_rate', 'first_pql_at', 'rejected_at', 'null', 'true'),
        ('conversions', 'converted_at', 'null', 'null', 'true'),
        ('pql_first_share', 'converted_at', 'null', 'is_pql_first', 'true'),
        ('missed_opportunities', 'converted_at', 'null', 'null', 'is_pql_first = 0'),
        ('days_to_conversion', 'converted_at', 'null', 'days_to_conversion', 'is_pql_first = 1'),
        ('pql_churn_rate', 'converted_at', 'churned_at', 'null', 'is_pql_first = 1'),
        ('other_churn_rate', 'converted_at', 'churned_at', 'null', 'is_pql_first = 0'),
    ] %}
    select
        '{{ metric_id }}' as metric_id,
        model_id,
        'all' as segment,
        user_id as subject_id,
        cluster_id,
        {{ counted_at }} as counted_at,
        cast({{ happened_at }} as timestamp) as happened_at,
        cast({{ amount }} as double precision) as amount
    from ways
    where {{ counted_at }} is not null and {{ condition }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}

)

select * from final
