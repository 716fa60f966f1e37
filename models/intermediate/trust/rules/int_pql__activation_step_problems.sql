-- One row per activation step that can never be met, and per model version whose activation has no steps.
{{ config(materialized='view') }}

with

steps as (

    select
        steps.*,
        {{ pql_rule_row_key('pql_activation_steps', 'steps') }} as row_key
    from {{ ref('pql_activation_steps') }} as steps

),

models as (

    select
        models.*,
        {{ pql_rule_row_key('pql_models', 'models') }} as row_key
    from {{ ref('pql_models') }} as models

),

step_signals as (

    select * from {{ ref('int_pql__known_signals') }}
    where entity_type = 'user' and is_step_signal

),

final as (

    select
        'pql_activation_steps' as seed,
        row_key,
        'No event of a user counts as ' || signal || ', so the step is never met.' as problem,
        'Map an event to ' || signal || ' in pql_event_signals, credited to actor or object_owner.' as remedy
    from steps
    where signal not in (select step_signals.signal from step_signals)

    union all

    select
        'pql_activation_steps' as seed,
        steps.row_key,
        'Facts of ' || steps.signal || ' involve nobody else, so the step is never met.' as problem,
        'Set exclude_self to false and count_distinct to objects or events.' as remedy
    from steps
    inner join step_signals on steps.signal = step_signals.signal
    where not step_signals.has_counterpart and (steps.exclude_self or steps.count_distinct = 'users')

    union all

    select
        'pql_models' as seed,
        row_key,
        'The activation sequence ' || activation_id || ' has no steps, so nobody is ever activated.' as problem,
        'Add its steps to pql_activation_steps, or name a sequence that has some.' as remedy
    from models
    where activation_id not in (select steps.activation_id from steps where steps.activation_id is not null)

)

select * from final
