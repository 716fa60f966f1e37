-- One row per metric of what reps made of leads, and disposition it counts.
{{ config(materialized='view') }}
with

dispositions as (

    select * from {{ ref('stg_pql__dispositions') }}
    where disposition in ('accepted', 'rejected')

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}
    where entity_type = 'user' and audience = 'free' and valid_to is null

),

clusters as (

    select * from {{ ref('int_pql__clusters') }}

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

judged as (

    select
        dispositions.disposition_id,
        dispositions.disposed_at,
        model_versions.model_id,
        coalesce(clusters.cluster_id, 'account:' || dispositions.account_id, dispositions.disposition_id) as cluster_id,
        coalesce(dispositions.trigger_id, 'score') as trigger_id,
        coalesce(dispositions.reason, 'no reason given') as reason,
        case when dispositions.disposition = 'accepted' then 1 else 0 end as is_accepted
    from dispositions
    cross join clock
    inner join model_versions on coalesce(dispositions.model_id, model_versions.model_id) = model_versions.model_id
    left join clusters on dispositions.user_id = clusters.user_id
    where dispositions.disposed_at <= clock.as_of

),

reasons as (

    select distinct model_id, reason from judged
    where is_accepted = 0

),

segments as (

    select judged.*, 'acceptance_rate' as metric_id, 'all' as segment, is_accepted as amount
    from judged

    union all

    select judged.*, 'acceptance_rate' as metric_id, trigger_id as segment, is_accepted as amount
    from judged

    union all

    select
        judged.*,
        'rejection_rate' as metric_id,
        reasons.reason as segment,
        case when judged.is_accepted = 0 and judged.reason = reasons.reason then 1 else 0 end as amount
    from judged
    inner join reasons on judged.model_id = reasons.model_id

),

final as (

    select
        metric_id,
        model_id,
        segment,
        disposition_id as subject_id,
        cluster_id,
        disposed_at as counted_at,
        cast(null as timestamp) as happened_at,
        cast(amount as double precision) as amount
    from segments

)

select * from final
