-- One row per raw row of a user, typed; is_current marks the version that holds.
{{ config(materialized='view', tags=pql_tags_of_files()) }}

{{ pql_row_versions('users') }}
