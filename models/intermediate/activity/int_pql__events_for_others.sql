-- One row per accepted event whose name may count for someone else than who acted, or invite someone. They are few, and every
-- run looks through all of them: owners and members change without any event.
{{ pql_rebuilt_by_events('user_id') }}

with

event_signals as (

    select * from {{ ref('pql_event_signals') }}
    where credited_to in ('object_owner', 'account') or signal = 'invite_sent'

),

final as (

    select
        event_id,
        user_id,
        account_id,
        object_id,
        target_user_id,
        event_name,
        properties,
        occurred_at
    from {{ ref('stg_pql__events') }}
    where
        {{ pql_has_changed_events('user_id') }}
        and event_name in (select event_signals.event_name from event_signals)

)

select * from final
