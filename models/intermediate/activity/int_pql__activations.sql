-- One row per user and activation sequence they completed: at the instant the last missing step was met.
{{ pql_rebuilt_whole(['user_id']) }}

with

users as (

    select * from {{ ref('int_pql__users') }}
    where {{ pql_is_touched(['user_id']) }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_type = 'account' and entity_id is not null

),

steps as (

    select * from {{ ref('pql_activation_steps') }}

),

event_signals as (

    select * from {{ ref('int_pql__event_signals') }}
    where {{ pql_is_touched(['user_id']) }}

),

credited_signals as (

    select * from {{ ref('int_pql__credited_signals') }}
    where entity_type = 'user'

),

invites as (

    select * from {{ ref('int_pql__invites') }}
    where is_counted

),

facts as (

    select user_id, signal, event_id, object_id, other_user_id, occurred_at
    from event_signals

    union all

    select entity_id as user_id, signal, event_id, object_id, other_user_id, occurred_at
    from credited_signals

    union all

    select
        user_id,
        'invite_sent' as signal,
        event_id,
        addressee as object_id,
        cast(null as varchar) as other_user_id,
        occurred_at
    from invites

),

candidates as (

    select
        steps.activation_id,
        steps.step_id,
        steps.min_count,
        facts.user_id,
        facts.occurred_at,
        case steps.count_distinct
            when 'events' then facts.event_id
            when 'objects' then facts.object_id
            when 'users' then facts.other_user_id
        end as counted_id
    from facts
    inner join steps on facts.signal = steps.signal
    where not steps.exclude_self or (facts.other_user_id is not null and facts.other_user_id <> facts.user_id)

),

counted as (

    select
        activation_id,
        step_id,
        min_count,
        user_id,
        counted_id,
        min(occurred_at) as first_at
    from candidates
    where counted_id is not null
    group by activation_id, step_id, min_count, user_id, counted_id

),

numbered as (

    select
        counted.*,
        row_number() over (partition by activation_id, step_id, user_id order by first_at) as count_so_far
    from counted

),

steps_met as (

    select
        numbered.activation_id,
        numbered.step_id,
        numbered.user_id,
        numbered.first_at as met_at
    from numbered
    inner join users on numbered.user_id = users.user_id
    inner join steps
        on numbered.activation_id = steps.activation_id and numbered.step_id = steps.step_id
    where
        numbered.count_so_far = numbered.min_count
        and (
            steps.deadline_hours is null
            or numbered.first_at <= {{ pql_add_hours('users.signed_up_at', 'steps.deadline_hours') }}
        )

),

steps_needed as (

    select activation_id, count(*) as step_count
    from steps
    group by activation_id

),

completed as (

    select
        steps_met.activation_id,
        steps_met.user_id,
        max(steps_met.met_at) as activated_at
    from steps_met
    inner join steps_needed on steps_met.activation_id = steps_needed.activation_id
    group by steps_met.activation_id, steps_met.user_id, steps_needed.step_count
    having count(*) = steps_needed.step_count

),

final as (

    select
        completed.activation_id,
        completed.user_id,
        memberships.entity_id as account_id,
        completed.activated_at
    from completed
    left join memberships
        on
            completed.user_id = memberships.user_id
            and {{ pql_holds_at('memberships', 'completed.activated_at') }}

)

select * from final
