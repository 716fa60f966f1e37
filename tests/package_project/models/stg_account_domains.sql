select * from {{ rows_of('account_domains') }}
