-- Of int_pql__active_events those that may count for someone else than who acted, or invite someone: one row per event.
{{ config(materialized='view') }}

{{ pql_active_events_of(ref('int_pql__events_for_others')) }}
