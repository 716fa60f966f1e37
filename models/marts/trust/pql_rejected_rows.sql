-- One row per raw row, column and fault: what staging could not use, and why.
with

rejected_rows as (

    select * from {{ ref('int_pql__rejected_rows') }}

),

final as (

    select
        table_name,
        row_key,
        reason,
        column_name,
        raw_value,
        loaded_at
    from rejected_rows

)

select * from final
