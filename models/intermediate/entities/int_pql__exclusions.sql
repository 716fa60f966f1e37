-- One row per model, user and interval during which the model leaves the user out, with the first reason that applies.

with

users as (

    select * from {{ ref('int_pql__users') }}

),

reasons as (

    select * from {{ ref('int_pql__exclusion_reasons') }}

),

model_exclusions as (

    select * from {{ ref('pql_exclusions') }}
    where is_active

),

by_model as (

    select
        model_exclusions.model_id,
        model_exclusions.reason,
        model_exclusions.precedence,
        reasons.user_id,
        greatest(reasons.valid_from, users.started_at) as valid_from,
        reasons.valid_to
    from reasons
    inner join model_exclusions on reasons.reason = model_exclusions.reason
    inner join users on reasons.user_id = users.user_id
    where
        (reasons.valid_to is null or reasons.valid_to > users.started_at)
        and (reasons.valid_to is null or reasons.valid_to > reasons.valid_from)

),

cuts as (

    select model_id, user_id, valid_from as cut_at
    from by_model

    union

    select model_id, user_id, valid_to as cut_at
    from by_model
    where valid_to is not null

),

segments as (

    select
        model_id,
        user_id,
        cut_at as valid_from,
        lead(cut_at) over (partition by model_id, user_id order by cut_at) as valid_to
    from cuts

),

first_reasons as (

    select
        segments.model_id,
        segments.user_id,
        segments.valid_from,
        segments.valid_to,
        min(by_model.precedence) as precedence
    from segments
    inner join by_model
        on
            segments.model_id = by_model.model_id
            and segments.user_id = by_model.user_id
            and {{ pql_holds_at('by_model', 'segments.valid_from') }}
    group by segments.model_id, segments.user_id, segments.valid_from, segments.valid_to

),

merged as (

    {{ pql_merged_intervals('first_reasons', ['model_id', 'user_id', 'precedence']) }}

),

final as (

    select
        merged.model_id,
        merged.user_id,
        model_exclusions.reason,
        merged.precedence,
        merged.valid_from,
        merged.valid_to
    from merged
    inner join model_exclusions
        on merged.model_id = model_exclusions.model_id and merged.precedence = model_exclusions.precedence

)

select * from final
