-- One row per raw table: a digest of all its rows as they are, of events only of their counts by load. What a run is about to read.
with

digests as (

    select 'events' as table_name, {{ pql_digest_of_many(pql_digest(['load_date', 'row_count'])) }} as digest
    from {{ ref('stg_pql__event_loads') }}
    {% for table, contract in pql_contract(none).items() if table != 'events' %}
    {%- set raw = pql_raw(table) %}
    union all

    select '{{ table }}', {{ pql_digest_of_many(pql_digest(raw['columns'].values() | map(attribute='sql') | list or ['null'])) }}
    from {{ pql_from(raw) }}
    {% endfor %}

),

final as (

    select
        table_name,
        coalesce(digest, '') as digest
    from digests

)

select * from final
