-- One row per metric that may know the future, with the reason: what it says of an instant may have been learned later.
with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

undated as (

    select 'user' as entity_type, count(*) as rows_without_date from {{ ref('stg_pql__users') }}
    where effective_at is null

    union all

    select 'account' as entity_type, count(*) as rows_without_date from {{ ref('stg_pql__accounts') }}
    where effective_at is null

),

late as (

    select
        late_metrics.*,
        {{ pql_rate('late_converters', 'converters') }} as late_rate
    from {{ ref('int_pql__late_metrics') }} as late_metrics

),

surely_late as (

    select metric_id, late_converters, converters
    from late
    where {{ pql_wilson_bound('-', 'late_rate', 'converters') }} > {{ var('pql_evaluation_late_percent') }} / 100.0

),

final as (

    select
        metrics.metric_id,
        'rests on attributes without a date' as reason
    from metrics
    inner join undated on metrics.entity_type = undated.entity_type
    where metrics.kind = 'attribute' and undated.rows_without_date > 0

    union all

    select
        metric_id,
        'became known only after the conversion for ' || cast(late_converters as varchar)
        || ' of ' || cast(converters as varchar) || ' converters' as reason
    from surely_late

)

select * from final
