-- One row per raw row of a further domain of an account, typed; is_current marks the version that holds.
{{ config(materialized='view') }}

{{ pql_row_versions('account_domains') }}
