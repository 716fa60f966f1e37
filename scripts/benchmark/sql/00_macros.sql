-- What an expert would write for DuckDB instead of this project: one script, in the parts of this
-- folder, with the default rules written into it. It makes pql_scores, pql_score_history,
-- pql_score_ledger and pql_transitions with the same rows as the models, from typed raw tables, for
-- as_of = the newest event.
--
-- Variables: raw (folder of the raw tables), lists (folder of industries, titles, words of rules).

create macro utc(instant) as make_timestamp(epoch_us(instant));
create macro since_ever() as timestamp '1900-01-01';
create macro never() as timestamp '9000-01-01';
create macro words(given)
    as ' ' || trim(regexp_replace(lower(given), '[^\p{L}\p{N}]+', ' ', 'g')) || ' ';

-- Intervals of one key that overlap or touch become one.
create macro merged(intervals) as table
    with before as (
        select *, max(coalesce(valid_to, never())) over (
            partition by user_no, key order by valid_from, coalesce(valid_to, never())
            rows between unbounded preceding and 1 preceding
        ) as ended_before
        from query_table(intervals)
    ),
    runs as (
        select *, count(*) filter (ended_before is null or ended_before < valid_from) over (
            partition by user_no, key order by valid_from, coalesce(valid_to, never())
            rows unbounded preceding
        ) as run
        from before
    )
    select user_no, key, min(valid_from) as valid_from,
        nullif(max(coalesce(valid_to, never())), never()) as valid_to
    from runs
    group by user_no, key, run;

-- Running totals of what comes and goes, an interval for each.
create macro totals(changes) as table
    select
        user_no, key, changed_at as valid_from, lead(changed_at) over in_order as valid_to,
        sum(sum(amount)) over in_order as total
    from query_table(changes)
    group by user_no, key, changed_at
    having sum(amount) <> 0
    window in_order as (partition by user_no, key order by changed_at);
