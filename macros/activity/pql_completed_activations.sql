{#-
One row per user and activation sequence they have completed: at the instant the last missing step was met, with the account
they were in then. The build and the hot lane ask it of different users, not in different words. Each argument is a CTE:

    facts        user_id, signal, event_id, object_id, other_user_id, occurred_at
    steps        rows of pql_activation_steps
    users        user_id, signed_up_at
    memberships  user_id, entity_id, valid_from, valid_to, of accounts
-#}

{% macro pql_completed_activations(facts, steps, users, memberships) %}
    with

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
        from {{ facts }} as facts
        inner join {{ steps }} as steps on facts.signal = steps.signal
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
        inner join {{ users }} as users on numbered.user_id = users.user_id
        inner join {{ steps }} as steps
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
        from {{ steps }}
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

    )

    select
        completed.activation_id,
        completed.user_id,
        memberships.entity_id as account_id,
        completed.activated_at
    from completed
    left join {{ memberships }} as memberships
        on
            completed.user_id = memberships.user_id
            and {{ pql_holds_at('memberships', 'completed.activated_at') }}
{%- endmacro %}


{#- The sequence that counts as the product's activation: that of the default model's latest version. -#}

{% macro pql_default_activation() -%}
    select activation_id
    from {{ ref('pql_models') }}
    where model_id = '{{ var("pql_default_model") }}'
    order by model_version desc
    limit 1
{%- endmacro %}
