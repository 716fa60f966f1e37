-- Prevents hot leads without a deadline and advice to people who need none: what a rep is to do follows from the status.

select model_id, user_id, status, qualified_by, hot_triggers, respond_by_at, next_step, points_to_pql, times_qualified
from {{ ref('pql_scores') }}
where
    is_hot <> (respond_by_at is not null)
    or (qualified_by in ('trigger', 'both') and hot_triggers is null)
    or (next_step is not null and status in ('pql', 'hot', 'excluded'))
    or (is_pql and (first_pql_at is null or latest_pql_at < first_pql_at or times_qualified = 0))
    or points_to_pql < 0
