-- Prevents events that came in and count nowhere: rewritten by the loader without a new loaded_at, or lost on the way.

with

raw_rows as (

    select * from {{ ref('base_pql__events') }}
    where is_acceptable

),

versions as (

    select * from {{ ref('stg_pql__event_versions') }}
    where is_current

),

keys_in as (

    select distinct event_key
    from raw_rows

)

select keys_in.event_key, count(versions.event_id) as versions_that_hold
from keys_in
left join versions on keys_in.event_key = versions.event_id
group by keys_in.event_key
having count(versions.event_id) <> 1
