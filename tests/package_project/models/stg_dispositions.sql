select * from {{ rows_of('dispositions') }}
