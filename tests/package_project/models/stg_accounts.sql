select * from {{ rows_of('accounts') }}
