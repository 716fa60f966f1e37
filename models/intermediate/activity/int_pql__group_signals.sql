-- One row per fact of a user that some metric of accounts or company domains counts, with the account it counts for.
-- Few facts are: read from here, those of groups do not cost another look at all that users ever did.
{{ pql_rebuilt_since(['user_id'], 'occurred_at') }}

with

user_signals as (

    {{ pql_facts_to_rebuild(ref('int_pql__user_signals'), ['entity_id'], 'occurred_at') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}
    where entity_type <> 'user'

),

final as (

    select
        -- ids
        entity_id as user_id,
        account_id,
        object_id,
        event_id,

        -- strings
        signal,

        -- numerics
        quantity,

        -- timestamps
        occurred_at,
        leaves_at,
        counted_from
    from user_signals
    where entity_type = 'user' and signal in (select metrics.signal from metrics)

)

select * from final
