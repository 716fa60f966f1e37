-- One row per accepted event of a user who was neither bot nor internal at that instant, with the account it counts for.
{{ config(materialized='view') }}

{{ pql_active_events_of(ref('stg_pql__events')) }}
