{#-
Incremental models of which each row depends on nothing but the accepted events with one value in a column, and on the rules. The
rows of values that changed events have, or had, are made anew.

    {{ pql_rebuilt_by_events('user_id') }}      at the top of a model with rows of one user each

stg_pql__event_changes names the events. Where it does not hold all changes since the model was built, or the rules have changed,
everything is made anew.
-#}

{% macro pql_rebuilt_by_events(column) -%}
    {{ config(
        materialized='incremental',
        incremental_strategy='pql_rebuild_by_events',
        unique_key=column,
        on_schema_change='append_new_columns',
        post_hook="{{ pql_note_events_seen() }}",
    ) }}
    {%- if not execute %}{% do [ref('stg_pql__progress'), ref('stg_pql__event_changes'), ref('int_pql__settings')] %}{% endif -%}
{%- endmacro %}


{#- A condition: have events with this value in the column changed since the model was built? -#}

{% macro pql_has_changed_events(column) -%}
    {%- set seen = pql_staging_seen() if execute and is_incremental() else none -%}
    {%- if seen is none -%}
        true
    {%- else -%}
        {{ column }} in (
            select event_changes.{{ column }} from {{ ref('stg_pql__event_changes') }} as event_changes
            where event_changes.staging_number > {{ seen }}
        )
    {%- endif -%}
{%- endmacro %}


{#- The staging whose events this model rests on; none if the changes of one since then are not noted, or the rules are others. -#}

{% macro pql_staging_seen() %}
    {% set rows = run_query(
        'select progress.change_number from ' ~ ref('stg_pql__progress') ~ ' as progress inner join ' ~ ref('int_pql__settings')
        ~ " as settings on progress.settings_digest = settings.digest where progress.model_name = '" ~ this.identifier
        ~ "' and (select max(staging.change_number) from " ~ ref('stg_pql__progress')
        ~ " as staging where staging.model_name = 'stg_pql__event_versions') = progress.change_number + (select count(*) from "
        ~ ref('stg_pql__progress') ~ " as noted where noted.model_name = 'stg_pql__event_changes'"
        ~ ' and noted.change_number > progress.change_number)'
    ).rows %}
    {{ return(rows[0][0] if rows else none) }}
{% endmacro %}


{#- The strategy behind it. -#}

{% macro get_incremental_pql_rebuild_by_events_sql(arg_dict) %}
    {% set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') %}
    delete from {{ arg_dict['target_relation'] }}
    where {{ pql_has_changed_events(arg_dict['unique_key']) }};

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}


{#- After a model: the staging it has seen, itself or through the one it reads, and the rules it followed. -#}

{% macro pql_note_events_seen(through='stg_pql__event_versions') %}
    delete from {{ ref('stg_pql__progress') }}
    where model_name = '{{ this.identifier }}';

    insert into {{ ref('stg_pql__progress') }} (model_name, change_number, settings_digest)
    select '{{ this.identifier }}', max(progress.change_number), max(settings.digest)
    from {{ ref('stg_pql__progress') }} as progress
    cross join {{ ref('int_pql__settings') }} as settings
    where progress.model_name = '{{ through }}'
{% endmacro %}
