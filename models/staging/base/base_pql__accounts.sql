-- One row per raw row of an account, typed; is_current marks the version that holds.
{{ config(materialized='view') }}

{{ pql_row_versions('accounts') }}
