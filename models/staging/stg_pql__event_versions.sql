-- One row per event and content: every version of an event that was ever sent, once; is_current marks the one that holds.
-- An incremental run takes the keys of which it sees new content, and ranks all their versions again.
{{ config(
    materialized='incremental',
    incremental_strategy='pql_staged_versions',
    unique_key='event_id',
    on_schema_change='append_new_columns',
    pre_hook="{{ pql_forget_staged() }}",
    post_hook=["{{ pql_note_staging_progress() }}", "{{ pql_note_staged_loads() }}"],
) }}
{%- if not execute %}{% do ref('stg_pql__event_changes') %}{% endif %}
{%- set content = [
    'event_name', 'user_id', 'occurred_at', 'account_id', 'object_id', 'target_user_id', 'properties', 'is_deleted',
] %}
{%- set columns = ['event_key', 'content_digest', 'are_properties_readable', 'loaded_at'] + content %}

with

raw_rows as (

    select
        event_key,
        event_name,
        user_id,
        occurred_at,
        account_id,
        object_id,
        target_user_id,
        coalesce(properties_given, properties) as properties,
        properties_given is null or properties is not null as are_properties_readable,
        coalesce(is_deleted, false) as is_deleted,
        loaded_at
    from {{ ref('base_pql__events') }}
    where is_acceptable and {{ pql_is_in_new_load(stored='loaded_at_stored') }}

),

digested as (

    select
        raw_rows.*,
        {{ pql_digest(content) }} as content_digest
    from raw_rows

),

{% if is_incremental() -%}
-- of what is there, first what says whether content is new: few events that are sent are there already
staged_contents as (

    select event_id, content_digest, loaded_at
    from {{ this }}
    where {{ pql_is_one_of('event_id', 'digested', 'event_key') }}

),

-- content never seen of its event, or seen now with an earlier load
new_keys as (

    select distinct digested.event_key
    from digested
    left join staged_contents
        on
            digested.event_key = staged_contents.event_id
            and digested.content_digest = staged_contents.content_digest
            and coalesce(staged_contents.loaded_at, {{ pql_since_ever() }}) <= coalesce(digested.loaded_at, {{ pql_since_ever() }})
    where staged_contents.event_id is null

),

staged_rows {{ pql_read_once() }} (

    select
        event_id, content_digest, are_properties_readable, loaded_at,
        event_name, user_id, stated_at, account_id, object_id, target_user_id, properties, is_deleted
    from {{ this }}
    where event_id in (
        select staged_contents.event_id from staged_contents
        where staged_contents.event_id in (select new_keys.event_key from new_keys)
    )

),

rows_in {{ pql_read_again() }} (

    select {{ columns | join(', ') }}
    from digested
    where event_key in (select new_keys.event_key from new_keys)

    union all

    select * from staged_rows

),
{%- else -%}
rows_in {{ pql_read_again() }} (

    select {{ columns | join(', ') }}
    from digested

),
{%- endif %}

-- nearly all events have a single version: only the others are ranked
keys_sent_again as (

    select event_key
    from rows_in
    group by event_key
    having count(*) > 1

),

sent_again as (

    select rows_in.*
    from rows_in
    inner join keys_sent_again on rows_in.event_key = keys_sent_again.event_key

),

judged as (

    {{ pql_judged_versions('sent_again') }}

),

versions as (

    select {{ columns | join(', ') }}, is_conflict, is_current
    from judged

    union all

    select {% for column in columns %}rows_in.{{ column }}, {% endfor %}false as is_conflict, true as is_current
    from rows_in
    left join keys_sent_again on rows_in.event_key = keys_sent_again.event_key
    where keys_sent_again.event_key is null

),

final as (

    select
        -- ids
        event_key as event_id,
        user_id,
        account_id,
        object_id,
        target_user_id,

        -- strings
        event_name,
        properties,

        -- numerics
        content_digest,

        -- booleans
        are_properties_readable,
        is_deleted,
        is_conflict,
        is_current,
        coalesce(occurred_at > loaded_at, false) as is_clamped,

        -- timestamps
        occurred_at as stated_at,
        {{ pql_clamped_instant() }} as occurred_at,
        loaded_at
    from versions

)

select * from final
