-- Sessions: activity without a pause of more than 30 minutes, opened by more than a look around.

create temp table activity as
with paused as (
    select
        user_no, occurred_at, is_core,
        kind not in ('page_viewed', 'menu_opened', 'premium_feature_viewed', 'pricing_viewed')
            as is_opening,
        occurred_at - lag(occurred_at) over (partition by user_no order by occurred_at) as pause
    from events where is_active
),
islands as (
    select *, max(case when pause <= interval 30 minutes then null else occurred_at end) over (
        partition by user_no order by occurred_at rows unbounded preceding
    ) as island_at
    from paused
)
select *, min(occurred_at) filter (is_opening) over (partition by user_no, island_at) as opened_at
from islands;

create temp table sessions as
with whole as (
    select
        user_no, opened_at as started_at, max(occurred_at) as ended_at,
        sum(epoch_us(pause)) filter (occurred_at > opened_at and pause <= interval 300 seconds)
            as active_us
    from activity
    where occurred_at >= opened_at
    group by user_no, opened_at
),
-- one that lasts for more than a day is cut every 24 hours
pieces as (
    select
        activity.*,
        (epoch_us(occurred_at) - epoch_us(opened_at)) // 86400000000 as piece
    from activity semi join (from whole where ended_at > started_at + interval 24 hours)
        as long_ones
        on activity.user_no = long_ones.user_no and activity.opened_at = long_ones.started_at
    where occurred_at >= opened_at
),
opened_pieces as (
    select *, min(occurred_at) filter (is_opening) over (partition by user_no, opened_at, piece)
        as piece_opened_at
    from pieces
)
from whole where ended_at <= started_at + interval 24 hours
union all
select
    user_no, piece_opened_at, max(occurred_at),
    sum(epoch_us(pause)) filter (occurred_at > piece_opened_at and pause <= interval 300 seconds)
from opened_pieces
where occurred_at >= piece_opened_at
group by user_no, opened_at, piece, piece_opened_at;

create temp table session_core_actions as
select core_actions.user_no, occurred_at, started_at as session_started_at
from (from events where is_active and is_core) as core_actions
asof join sessions
    on core_actions.user_no = sessions.user_no and core_actions.occurred_at >= sessions.started_at
where occurred_at <= ended_at;

drop table activity;
