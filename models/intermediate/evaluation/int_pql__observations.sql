-- One row per model of free users, evaluated instant and user whom the model did not leave out and who had never paid.
with

scores as (

    select * from {{ ref('int_pql__scores_at_instants') }}
    where status <> 'excluded'

),

conversions as (

    select * from {{ ref('int_pql__conversions') }}

),

clusters as (

    select * from {{ ref('int_pql__clusters') }}

),

final as (

    select
        -- ids
        scores.model_id,
        scores.model_version,
        scores.user_id,
        clusters.cluster_id,

        -- strings
        scores.status,

        -- numerics
        scores.score,

        -- booleans
        scores.status in ('pql', 'hot') as is_pql,

        -- timestamps
        scores.evaluated_at,
        conversions.converted_at
    from scores
    inner join clusters on scores.user_id = clusters.user_id
    left join conversions on scores.user_id = conversions.user_id
    where scores.evaluated_at < coalesce(conversions.customer_since, {{ pql_never() }})

)

select * from final
