{#-
Which of the versions of an event holds? What docs/definitions.md says of row identity, for rows with event_key and content_digest.
Staging asks it of all versions of an event, the hot lane of those that have just arrived beside the staged ones.
-#}

{% macro pql_judged_versions(versions) -%}
    -- the newest load holds
    select
        loads.*,
        not is_conflict and row_number() over (
            partition by event_key, is_conflict order by loaded_at desc nulls last
        ) = 1 as is_current
    from (
        -- of other contents in the same load, the first is kept
        select
            contents.*,
            row_number() over (
                partition by event_key, loaded_at
                order by
                    {{ pql_byte_order('event_name') }},
                    {{ pql_byte_order('user_id') }},
                    {{ pql_byte_order(pql_content_hash('events', are_parsed=false)) }}
            ) > 1 as is_conflict
        from (
            -- the same content again is a repeat of its first load
            select
                {{ versions }}.*,
                row_number() over (partition by event_key, content_digest order by loaded_at nulls first) as load_number
            from {{ versions }}
        ) as contents
        where load_number = 1
    ) as loads
{%- endmacro %}
