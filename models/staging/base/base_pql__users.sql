-- One row per raw row of a user, typed; is_current marks the version that holds. A table, because most that is said of a raw
-- row takes judging all of them, and there are three who ask.
{{ config(materialized='table') }}

{{ pql_row_versions('users') }}
