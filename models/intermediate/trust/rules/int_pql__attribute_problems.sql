-- One row per metric of an attribute that is not there, or that no list gives a value to.
{{ config(materialized='view') }}

with

metrics as (

    select * from {{ ref('pql_metrics') }}
    where kind = 'attribute'

),

titles as (

    select * from {{ ref('pql_titles') }}

),

icp_industries as (

    select * from {{ ref('pql_industries') }}
    where icp_industry is not null

),

final as (

    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'What is known of each ' || entity_type || ' does not include ' || attribute || ', so the metric stays unknown.' as problem,
        'Use seniority_rank or is_decision_maker of users, employees or icp_industry of accounts.' as remedy
    from metrics
    where
        entity_type || '.' || attribute not in (
            'user.seniority_rank', 'user.is_decision_maker', 'account.employees', 'account.icp_industry'
        )

    union all

    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'pql_titles is empty, so everyone with a title is ranked alike.' as problem,
        'List the keywords of titles in pql_titles, or delete the metric.' as remedy
    from metrics
    where attribute in ('seniority_rank', 'is_decision_maker') and not exists (select 1 from titles)

    union all

    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'No row of pql_industries has an icp_industry, so no account is in a target industry.' as problem,
        'List the target industries in pql_industries, or delete the metric.' as remedy
    from metrics
    where attribute = 'icp_industry' and not exists (select 1 from icp_industries)

)

select * from final
