-- Prevents alerts that nothing backs, and hot leads nobody is told of: transitions and history tell the same story.

with

history as (

    select
        model_id,
        model_version,
        user_id,
        valid_from as transitioned_at,
        lag(status) over in_order as from_status,
        status as to_status,
        lag(score) over in_order as score_before,
        score as score_after
    from {{ ref('pql_score_history') }}
    window in_order as (partition by model_id, user_id order by valid_from)

),

changes as (

    select * from history
    where from_status is null or from_status <> to_status

),

transitions as (

    select
        model_id, model_version, user_id, transitioned_at, from_status, to_status, score_before, score_after
    from {{ ref('pql_transitions') }}

),

missing as (

    select * from changes
    except
    select * from transitions

),

surplus as (

    select * from transitions
    except
    select * from changes

)

select 'missing in the transitions' as difference, model_id, user_id, transitioned_at, from_status, to_status
from missing

union all

select 'missing in the history' as difference, model_id, user_id, transitioned_at, from_status, to_status
from surplus
