-- One row per thing that looks wrong about the feed of raw events at as_of, by the words of docs/definitions.md.
{{ config(materialized='ephemeral') }}

with

clock as (

    select as_of, date_trunc('hour', as_of) as last_hour
    from {{ ref('int_pql__clock') }}

),

checks as (

    select * from {{ ref('pql_feed_checks') }}

),

windows as (

    select
        feed_windows.*,
        case when event_name is null then 'volume' else 'vanished' end as check_id
    from {{ ref('int_pql__feed_windows') }} as feed_windows
    where peer_count = 4

),

feed_hours as (

    select
        feed_hours.*,
        feed_hours.row_count - feed_hours.version_count - feed_hours.rejected_count as repeat_count,
        feed_hours.arrived_hour < clock.last_hour as is_full_hour,
        feed_hours.arrived_hour >= {{ pql_add_hours('clock.last_hour', -24) }} as is_last_day
    from {{ ref('int_pql__feed_hours') }} as feed_hours
    cross join clock
    where feed_hours.arrived_hour between {{ pql_add_hours('clock.last_hour', -28 * 24) }} and clock.as_of

),

arrival_hours as (

    select arrived_hour, lead(arrived_hour) over (order by arrived_hour) as next_hour
    from feed_hours
    group by arrived_hour

),

silence as (

    select
        max({{ pql_microseconds_between('arrival_hours.arrived_hour', 'arrival_hours.next_hour') }}) as longest,
        {{ pql_microseconds_between('max(arrival_hours.arrived_hour)', 'max(clock.last_hour)') }} as current_length
    from arrival_hours
    cross join clock

),

-- the last 24 hours, and what else is read again of the raw rows
shares as (
    {% for check, counted in {'duplicates': 'repeat', 'rejects': 'rejected'}.items() %}
    select
        '{{ check }}' as check_id,
        sum(case when is_last_day then {{ counted }}_count else 0 end) as bad_count,
        sum(case when is_last_day then row_count else 0 end) as row_count,
        sum(case when is_last_day then 0 else {{ counted }}_count end) as bad_count_before,
        sum(case when is_last_day then 0 else row_count end) as row_count_before
    from feed_hours
    where is_raw and is_full_hour
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (

    select
        checks.check_id,
        'nothing has arrived for ' || cast(cast(floor(silence.current_length / 3600000000) as bigint) as varchar) || ' hours; the longest pause of the '
        || 'last 28 days was ' || cast(cast(floor(silence.longest / 3600000000) as bigint) as varchar) as finding
    from checks
    cross join silence
    where checks.check_id = 'stale' and silence.current_length > checks.factor * silence.longest

    union all

    select
        checks.check_id,
        case windows.check_id
            when 'volume' then cast(windows.version_count as varchar) || ' events'
            when 'vanished' then 'no ' || windows.event_name
        end
        || ' in ' || cast(windows.hours as varchar) || ' h; '
        || cast(windows.smallest_peer as varchar) || ' to ' || cast(windows.largest_peer as varchar)
        || ' at that time in the weeks before' as finding
    from checks
    inner join windows on checks.check_id = windows.check_id
    where
        windows.smallest_peer >= checks.minimum_rows
        and case windows.check_id
            when 'volume'
                then
                    windows.version_count * checks.factor < windows.smallest_peer
                    or windows.version_count > windows.largest_peer * checks.factor
            when 'vanished' then windows.version_count = 0
        end

    union all

    select
        checks.check_id,
        cast(shares.bad_count as varchar) || ' of ' || cast(shares.row_count as varchar) || ' raw events of the last 24 h; '
        || cast(shares.bad_count_before as varchar) || ' of ' || cast(shares.row_count_before as varchar)
        || ' before' as finding
    from checks
    inner join shares on checks.check_id = shares.check_id
    where
        shares.row_count >= checks.minimum_rows
        and shares.row_count_before >= checks.minimum_rows
        and shares.bad_count * 20 > shares.row_count
        and shares.bad_count * shares.row_count_before > checks.factor * shares.bad_count_before * shares.row_count

)

select * from final
