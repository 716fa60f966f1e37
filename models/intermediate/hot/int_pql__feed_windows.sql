-- One row per window before the last full hour and event name (null: all): what came in it, and in the same hours of the weeks before.
{{ config(materialized='ephemeral') }}
{#- The windows in hours, and how many weeks back their peers go. #}
{%- set windows = [1, 24] %}
{%- set weeks = 4 %}

with

clock as (

    select date_trunc('hour', as_of) as last_hour
    from {{ ref('int_pql__clock') }}

),

feed_hours as (

    select feed_hours.*
    from {{ ref('int_pql__feed_hours') }} as feed_hours
    cross join clock
    where
        feed_hours.arrived_hour < clock.last_hour
        and feed_hours.arrived_hour >= {{ pql_add_hours('clock.last_hour', -24 * (7 * weeks + 1)) }}

),

-- week 0 is the window itself, the others are its peers
spans as (

    {% for hours in windows -%}
    {% for week in range(weeks + 1) -%}
    select
        {{ hours }} as hours,
        {{ week }} as weeks_ago,
        {{ pql_add_hours('last_hour', -(24 * 7 * week + hours)) }} as valid_from,
        {{ pql_add_hours('last_hour', -24 * 7 * week) }} as valid_to
    from clock
    {{ 'union all' if not (loop.last and loop.index0 == weeks and hours == windows[-1]) }}
    {% endfor -%}
    {% endfor %}
),

counts_by_name as (

    select
        spans.hours,
        spans.weeks_ago,
        feed_hours.event_name,
        sum(feed_hours.version_count) as version_count
    from spans
    inner join feed_hours on {{ pql_holds_at('spans', 'feed_hours.arrived_hour') }}
    group by spans.hours, spans.weeks_ago, feed_hours.event_name

),

counts as (

    select hours, weeks_ago, cast(null as varchar) as event_name, sum(version_count) as version_count
    from counts_by_name
    group by hours, weeks_ago

    union all

    select hours, weeks_ago, event_name, version_count
    from counts_by_name
    where event_name is not null

),

final as (

    select
        hours,
        event_name,
        sum(case when weeks_ago = 0 then version_count else 0 end) as version_count,
        min(case when weeks_ago > 0 then version_count end) as smallest_peer,
        max(case when weeks_ago > 0 then version_count end) as largest_peer,
        sum(case when weeks_ago > 0 then 1 else 0 end) as peer_count
    from counts
    group by hours, event_name

)

select * from final
