-- One row per check of the raw events against their own history: does the feed look broken at as_of?
{{ config(tags=['pql_hot']) }}

with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

checks as (

    select * from {{ ref('pql_feed_checks') }}

),

findings as (

    select * from {{ ref('int_pql__feed_findings') }}

),

broken as (

    select check_id, string_agg(finding, '; ' order by {{ pql_byte_order('finding') }}) as findings
    from findings
    group by check_id

),

final as (

    select
        checks.check_id,
        checks.label,
        checks.is_active and broken.check_id is not null as is_broken,
        case when checks.is_active then broken.findings end as findings,
        clock.as_of
    from checks
    cross join clock
    left join broken on checks.check_id = broken.check_id

)

select * from final
