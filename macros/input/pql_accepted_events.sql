{#-
The accepted events among versions of events: the version that holds, unless it deletes the event; properties that cannot be
read are null. Staging asks it of all versions, the hot lane of those it reads.
-#}

{% macro pql_accepted_events(versions) -%}
    select
        event_id,
        user_id,
        account_id,
        object_id,
        target_user_id,
        event_name,
        case when are_properties_readable then properties end as properties,
        occurred_at,
        loaded_at
    from {{ versions }}
    where is_current and not is_deleted
{%- endmacro %}
