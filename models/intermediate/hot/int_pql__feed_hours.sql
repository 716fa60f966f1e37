-- One row per hour of arrival and event name: how many raw events came, how many of them were repeats or rejected.
-- Hours of which no raw rows are read any more have their staged versions only.
{{ config(materialized='ephemeral') }}
{%- set since = pql_hot_arrivals_since() %}
{#- No check looks back further: a window and its peers reach over 29 days. -#}
{%- set longest_look_back_days = 30 %}

with

arrived as (

    select * from {{ ref('int_pql__arrived_events') }}

),

-- bounds of one column each: engines skip what lies before them
staged as (

    select event_name, loaded_at as arrived_at
    from {{ ref('stg_pql__event_versions') }}
    where loaded_at < {{ since }} and loaded_at >= {{ pql_add_hours(since, -24 * longest_look_back_days) }}

    union all

    select event_name, stated_at as arrived_at
    from {{ ref('stg_pql__event_versions') }}
    where
        loaded_at is null
        and stated_at < {{ since }}
        and stated_at >= {{ pql_add_hours(since, -24 * longest_look_back_days) }}

),

judged as (

    select
        date_trunc('hour', arrived_at) as arrived_hour,
        event_name,
        case when is_acceptable then 0 else 1 end as is_rejected,
        case when is_acceptable then event_key end as event_key,
        case when is_acceptable then content_digest end as content_digest
    from arrived
    where arrived_at is not null

),

-- a content counts where it comes first within the hour
contents as (

    select arrived_hour, event_name, is_rejected, event_key, content_digest, count(*) as row_count
    from judged
    group by arrived_hour, event_name, is_rejected, event_key, content_digest

),

final as (

    select
        arrived_hour,
        event_name,
        true as is_raw,
        sum(row_count) as row_count,
        sum(case when is_rejected = 0 then 1 else 0 end) as version_count,
        sum(case when is_rejected = 1 then row_count else 0 end) as rejected_count
    from contents
    group by arrived_hour, event_name

    union all

    select
        date_trunc('hour', arrived_at) as arrived_hour,
        event_name,
        false as is_raw,
        count(*) as row_count,
        count(*) as version_count,
        0 as rejected_count
    from staged
    group by date_trunc('hour', arrived_at), event_name

)

select * from final
