-- One row per user and account: the digest of their attributes at the last of int_pql__statements. Never dropped.
{{ config(materialized='incremental', full_refresh=false) }}

select entity_type, entity_id, digest
from {{ ref('int_pql__attribute_digests') }}
where false
