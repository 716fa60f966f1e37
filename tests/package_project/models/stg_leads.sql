select * from {{ rows_of('leads') }}
