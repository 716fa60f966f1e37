select * rename (occurred_at as happened_at) from {{ rows_of('events') }}
