select * from {{ rows_of('subscriptions') }}
