select * from {{ rows_of('users') }}
