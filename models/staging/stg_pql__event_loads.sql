-- One row per day on which raw event rows were loaded: how many there are; 1900-01-01 stands for rows without loaded_at.
with

raw_rows as (

    select * from {{ ref('base_pql__events') }}

),

final as (

    select
        cast(coalesce(loaded_at, {{ pql_since_ever() }}) as date) as load_date,
        count(*) as row_count
    from raw_rows
    group by cast(coalesce(loaded_at, {{ pql_since_ever() }}) as date)

)

select * from final
