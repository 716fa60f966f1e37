-- One row per model and user at as_of: score and status, what they rest on, and what a rep needs to know.
{{ pql_rebuilt_now(['user_id']) }}

with

moment as (

    select * from {{ ref('int_pql__moment') }}

),

score_history as (

    select * from {{ ref('pql_score_history') }}
    where {{ pql_has_moved(['user_id']) }}

),

users as (

    select * from {{ ref('int_pql__users') }}

),

scores as (

    select
        score_history.*,
        moment.as_of
    from score_history
    cross join moment
    where {{ pql_holds_at('score_history', 'moment.as_of') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_type = 'account' and {{ pql_has_moved(['user_id']) }}

),

accounts as (

    select memberships.user_id, memberships.entity_id as account_id
    from memberships
    cross join moment
    where {{ pql_holds_at('memberships', 'moment.as_of') }}

),

account_facts as (

    select account_history.account_id, account_history.employees, account_history.industry
    from {{ ref('int_pql__account_history') }} as account_history
    cross join moment
    where {{ pql_holds_at('account_history', 'moment.as_of') }}

),

transitions as (

    select * from {{ ref('pql_transitions') }}
    where {{ pql_has_moved(['user_id']) }}

),

-- entries into being a PQL, from any status that is none
entries as (

    select
        transitions.model_id,
        transitions.user_id,
        min(transitions.transitioned_at) as first_pql_at,
        max(transitions.transitioned_at) as latest_pql_at,
        count(*) as times_qualified
    from transitions
    cross join moment
    where
        transitions.to_status in ('pql', 'hot')
        and coalesce(transitions.from_status, '') not in ('pql', 'hot')
        and transitions.transitioned_at <= moment.as_of
    group by transitions.model_id, transitions.user_id

),

final as (

    select
        -- the history row at as_of
        scores.model_id,
        scores.model_version,
        scores.user_id,
        scores.valid_from,
        scores.valid_to,
        scores.status,
        scores.is_pql,
        scores.is_hot,
        scores.score,
        scores.activation_points,
        scores.usage_points,
        scores.fit_points,
        scores.intent_points,
        scores.other_points,
        scores.adjustment_points,
        scores.pillars_held,
        scores.pillars_missing,
        scores.qualified_by,
        scores.ineligibility_reason,

        -- who, and how urgent
        accounts.account_id,
        hot_now.hot_triggers,
        case when scores.is_hot then hot_now.respond_by_at end as respond_by_at,

        -- when
        case when users.signed_up_at <= scores.as_of then users.signed_up_at end as signed_up_at,
        case when activations.activated_at <= scores.as_of then activations.activated_at end as activated_at,
        entries.first_pql_at,
        entries.latest_pql_at,
        cast(coalesce(entries.times_qualified, 0) as bigint) as times_qualified,
        last_activity.last_active_at,

        -- what they did
        values_now.sessions_14d,
        values_now.active_days_30d,
        values_now.core_actions_30d,
        cast(values_now.core_actions_per_session_30d as double precision) / values_now.sessions_of_core_actions
            as core_actions_per_session_30d,
        values_now.features_used_30d,
        values_now.invites_30d,
        values_now.invites_accepted_30d,
        values_now.paywall_hits_30d,
        values_now.enterprise_accesses_30d,

        -- who they are
        account_facts.employees,
        account_facts.industry,
        values_now.seniority_rank,

        -- in words
        reasons.top_reasons,
        case when scores.score >= model_versions.pql_threshold then 0 else model_versions.pql_threshold - scores.score end
            as points_to_pql,
        next_steps.next_step,
        scores.as_of
    from scores
    inner join users on scores.user_id = users.user_id
    inner join {{ ref('int_pql__model_versions') }} as model_versions
        on scores.model_id = model_versions.model_id and scores.model_version = model_versions.model_version
    left join accounts on scores.user_id = accounts.user_id
    left join account_facts on accounts.account_id = account_facts.account_id
    left join {{ ref('int_pql__values_now') }} as values_now on scores.user_id = values_now.user_id
    left join {{ ref('int_pql__activations') }} as activations
        on scores.user_id = activations.user_id and model_versions.activation_id = activations.activation_id
    left join entries on scores.model_id = entries.model_id and scores.user_id = entries.user_id
    left join {{ ref('int_pql__last_activity') }} as last_activity on scores.user_id = last_activity.user_id
    left join {{ ref('int_pql__hot_now') }} as hot_now
        on scores.model_id = hot_now.model_id and scores.user_id = hot_now.user_id
    left join {{ ref('int_pql__reasons') }} as reasons
        on scores.model_id = reasons.model_id and scores.user_id = reasons.user_id
    left join {{ ref('int_pql__next_steps') }} as next_steps
        on scores.model_id = next_steps.model_id and scores.user_id = next_steps.user_id

)

select * from final
