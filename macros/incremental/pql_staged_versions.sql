{#-
The strategy of stg_pql__event_versions: the versions of some events, old and new, take the place of those that are there.
Which event came, was corrected or deleted by that is noted in stg_pql__event_changes, with the values before and after.
-#}

{% macro get_incremental_pql_staged_versions_sql(arg_dict) %}
    {% set staged, versions = arg_dict['target_relation'], arg_dict['temp_relation'] %}
    {% set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') %}
    {#- where all is staged anew, what was there is gone: nothing can be told apart -#}
    {% if not pql_forgets_staged() %}{{ pql_note_event_changes(staged, versions) }};{% endif %}
    delete from {{ staged }}
    where event_id in ({{ pql_possibly_staged(staged, versions) }});

    insert into {{ staged }} ({{ columns }})
    select {{ columns }} from {{ versions }}
{% endmacro %}


{#-
The events that may be there already. One with a single version that was loaded after all that is there came for the first time:
nearly all are like that, and need not be looked for among all events.
-#}

{% macro pql_possibly_staged(staged, versions) -%}
    select versions.event_id from {{ versions }} as versions
    group by versions.event_id
    having
        count(*) > 1
        or min(coalesce(versions.loaded_at, {{ pql_since_ever() }}))
        <= (select coalesce(max(staged.loaded_at), {{ pql_since_ever() }}) from {{ staged }} as staged)
{%- endmacro %}


{#- What each event was before and is after, where that differs. -#}

{% macro pql_note_event_changes(staged, versions) %}
    {% set columns = ['event_id', 'user_id', 'account_id', 'object_id', 'target_user_id', 'occurred_at', 'event_name'] %}
    {% set number -%}
        (
            select coalesce(max(progress.change_number), 0) + 1
            from {{ ref('stg_pql__progress') }} as progress
            where progress.model_name = '{{ staged.identifier }}'
        )
    {%- endset %}
    insert into {{ ref('stg_pql__event_changes') }} (staging_number, kind, {{ columns | join(', ') }})
    with

    changed as (

        select
            case when after.is_deleted then 'deleted' when before.event_id is null then 'late' else 'corrected' end as kind,
            {% for column in columns %}
            before.{{ column }} as {{ column }}_before,
            after.{{ column }} as {{ column }}_after{{ ',' if not loop.last }}
            {% endfor %}
        from {{ versions }} as after
        left join (
            select * from {{ staged }}
            where is_current and event_id in ({{ pql_possibly_staged(staged, versions) }})
        ) as before on after.event_id = before.event_id
        where
            after.is_current
            and (
                (before.event_id is null and not after.is_deleted)
                or before.content_digest <> after.content_digest
                or before.occurred_at <> after.occurred_at
            )

    )
    {% for time in ['before', 'after'] %}
    select
        {{ number }},
        kind,
        {% for column in columns %}{{ column }}_{{ time }}{{ ', ' if not loop.last }}{% endfor %}
    from changed
    where event_id_{{ time }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %};

    insert into {{ ref('stg_pql__progress') }} (model_name, change_number)
    select 'stg_pql__event_changes', {{ number }}
{% endmacro %}
