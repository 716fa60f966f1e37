-- One row per domain, industry or title keyword that never matches because of how it is written.
{{ config(materialized='view') }}

with

domains as (

    select * from {{ ref('pql_domains') }}

),

industries as (

    select * from {{ ref('pql_industries') }}

),

titles as (

    select * from {{ ref('pql_titles') }}

),

final as (

    select
        'pql_domains' as seed,
        {{ pql_rule_row_key('pql_domains', 'domains') }} as row_key,
        'No e-mail address has the domain ' || domain || ' written like this, so the row never matches.' as problem,
        'Write what follows the @, in lower case, such as example.com.' as remedy
    from domains
    where not {{ pql_matches('domain', '[^@[:upper:][:space:]]+[.][^@[:upper:][:space:]]+') }}

    union all

    select
        'pql_industries' as seed,
        {{ pql_rule_row_key('pql_industries', 'industries') }} as row_key,
        'Industries are compared in lower case, so ' || industry || ' never matches.' as problem,
        'Write ' || lower(trim(industry)) || '.' as remedy
    from industries
    where industry <> lower(trim(industry))

    union all

    select
        'pql_titles' as seed,
        {{ pql_rule_row_key('pql_titles', 'titles') }} as row_key,
        'The keyword ' || keyword || ' has no letter and no digit, so it never matches.' as problem,
        'Write a word of a job title.' as remedy
    from titles
    where trim({{ pql_words('keyword') }}) = ''

    union all

    select
        'pql_titles' as seed,
        min({{ pql_byte_order('keyword') }}) as row_key,
        'The keywords ' || {{ pql_list_text('keyword', pql_byte_order('keyword')) }} || ' are the same words.' as problem,
        'Keep one of them.' as remedy
    from titles
    group by {{ pql_words('keyword') }}
    having count(distinct keyword) > 1

)

select * from final
