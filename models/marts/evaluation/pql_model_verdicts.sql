-- One row per model version, horizon and period: whether its score predicts who converts, in words and figures.
with

judged as (

    select * from {{ ref('int_pql__model_judgements') }}

),

user_verdicts as (

    select * from {{ ref('int_pql__user_verdicts') }}

),

suspect_models as (

    select * from {{ ref('int_pql__suspect_models') }}

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

final as (

    select
        -- which model, when
        judged.model_id,
        judged.model_version,
        cast(judged.horizon_days as bigint) as horizon_days,
        judged.period,

        -- in words
        judged.verdict,
        judged.pql_verdict,
        cast(judged.conversions_needed as bigint) as conversions_needed,
        suspect_models.metrics as metrics_that_may_know_the_future,

        -- how much is known
        coalesce(judged.user_count, 0) as users,
        coalesce(judged.cluster_count, 0) as clusters,
        coalesce(judged.observation_count, 0) as observations,
        coalesce(judged.conversion_count, 0) as conversions,
        coalesce(judged.converting_cluster_count, 0) as converting_clusters,

        -- everyone, PQLs, the top of the score
        judged.base_conversion_rate,
        judged.base_conversion_rate_low,
        judged.base_conversion_rate_high,
        judged.pql_conversion_rate,
        judged.pql_conversion_rate_low,
        judged.pql_conversion_rate_high,
        judged.pql_lift,
        judged.pql_lift_low,
        judged.pql_lift_high,
        judged.top_slice,
        judged.top_conversion_rate,
        judged.top_conversion_rate_low,
        judged.top_conversion_rate_high,
        judged.top_lift,
        judged.top_lift_low,
        judged.top_lift_high,
        judged.recall_rate as pql_recall,
        judged.recall_low as pql_recall_low,
        judged.recall_high as pql_recall_high,

        -- the order of scores
        {{ pql_rounded('judged.area') }} as auc,
        {{ pql_rounded('judged.area_low') }} as auc_low,
        {{ pql_rounded('judged.area_high') }} as auc_high,

        -- people: missed, and flagged in vain
        coalesce(user_verdicts.converted_users, 0) as converted_users,
        coalesce(user_verdicts.missed_users, 0) as missed_users,
        coalesce(user_verdicts.flagged_users, 0) as flagged_users,
        coalesce(user_verdicts.rejected_users, 0) as rejected_users,
        coalesce(user_verdicts.churned_users, 0) as churned_users,
        clock.as_of
    from judged
    cross join clock
    left join user_verdicts
        on judged.model_id = user_verdicts.model_id and judged.model_version = user_verdicts.model_version
    left join suspect_models
        on judged.model_id = suspect_models.model_id and judged.model_version = suspect_models.model_version

)

select * from final
