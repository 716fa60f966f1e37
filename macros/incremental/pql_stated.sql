{#- After pql_restatements: what is true now is what was said, when the next run asks. -#}

{% macro pql_note_said_scores() %}
    {% set columns = [] %}
    {% if execute %}
        {% set columns = adapter.get_columns_in_relation(ref('int_pql__said_scores')) | map(attribute='quoted') | list %}
    {% endif %}
    {% set is_touched = pql_entity_is_touched(['user_id']) %}
    {{ pql_replace_rows(
        ref('int_pql__said_scores'), '(select * from ' ~ ref('pql_score_history') ~ ' where ' ~ is_touched ~ ')', columns, is_touched
    ) }}
{% endmacro %}

{% macro pql_note_said_attributes() %}
    delete from {{ ref('int_pql__said_attributes') }};

    insert into {{ ref('int_pql__said_attributes') }} (entity_type, entity_id, digest)
    select entity_type, entity_id, digest
    from {{ ref('int_pql__attribute_digests') }}
{% endmacro %}

{% macro pql_note_statement() %}
    insert into {{ ref('int_pql__statements') }} (run_id, as_of, settings_digest, staging_number)
    select '{{ invocation_id }}', clock.as_of, settings.digest, coalesce(max(progress.change_number), 0)
    from {{ ref('int_pql__clock') }} as clock
    cross join {{ ref('int_pql__settings') }} as settings
    left join {{ ref('stg_pql__progress') }} as progress on progress.model_name = 'stg_pql__event_versions'
    group by clock.as_of, settings.digest;

    delete from {{ ref('stg_pql__event_changes') }}
    where staging_number < (select max(statements.staging_number) from {{ ref('int_pql__statements') }} as statements);

    {#- ... and with the changes the note that they are there -#}
    delete from {{ ref('stg_pql__progress') }}
    where
        model_name = 'stg_pql__event_changes'
        and change_number < (select max(statements.staging_number) from {{ ref('int_pql__statements') }} as statements)
{% endmacro %}
