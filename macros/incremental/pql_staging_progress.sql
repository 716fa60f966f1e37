{#-
What staged events depend on besides the rows themselves. Where it changes, or where pql_known_at goes back, what is staged
is forgotten in the transaction that stages anew. A later pql_known_at only lets more rows in.
-#}

{% macro pql_staging_settings() %}
    {% set parts = [
        pql_engine_version(), pql_source(), env_var('PQL_RAW_DIR', ''), var('pql_sources', {}), var('pql_columns', {}),
        var('pql_event_key'), var('pql_history_start'),
    ] %}
    {{ return(local_md5(parts | join(';'))) }}
{% endmacro %}

{% macro pql_known_at_text() %}
    {{ return('9999' if var('pql_known_at', '') == '' else pql_utc(var('pql_known_at'), 'pql_known_at')) }}
{% endmacro %}

{% macro pql_forget_staged_if_settings_changed() %}
    {% if execute and is_incremental() %}
        {% set last = run_query(
            "select settings_digest, known_at from " ~ ref('stg_pql__progress') ~ " where model_name = '" ~ this.identifier
            ~ "' order by change_number desc limit 1"
        ).rows %}
        {% if not last or last[0][0] != pql_staging_settings() or last[0][1] > pql_known_at_text() %}
            delete from {{ this }}
        {% endif %}
    {% endif %}
{% endmacro %}

{% macro pql_note_staging_progress() %}
    insert into {{ ref('stg_pql__progress') }} (model_name, change_number, settings_digest, known_at)
    select '{{ this.identifier }}', coalesce(max(change_number), 0) + 1, '{{ pql_staging_settings() }}', '{{ pql_known_at_text() }}'
    from {{ ref('stg_pql__progress') }}
    where model_name = '{{ this.identifier }}'
{% endmacro %}
