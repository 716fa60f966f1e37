{#-
What is staged of the raw events, and what is not. Raw rows are only ever added: a day of loads that counts as many rows as
when it was staged holds nothing new, whenever its rows became visible. Where a day has lost rows, where a setting changed
or pql_known_at goes back, what is staged is forgotten in the transaction that stages anew.
-#}

{#- What staged events depend on besides the rows themselves. A later pql_known_at only lets more rows in. -#}

{% macro pql_staging_settings() %}
    {% set parts = [
        pql_engine_digest(['staging']), pql_source(), env_var('PQL_RAW_DIR', ''), var('pql_sources', {}), var('pql_event_key'),
        var('pql_history_start'),
    ] %}
    {% if execute and pql_source() != 'demo' %}{% do parts.append(pql_renames('events', pql_source())) %}{% endif %}
    {{ return(local_md5(parts | join(';'))) }}
{% endmacro %}

{% macro pql_known_at_text() %}
    {{ return('9999' if var('pql_known_at', '') == '' else pql_utc(var('pql_known_at'), 'pql_known_at')) }}
{% endmacro %}

{% macro pql_forgets_staged() %}
    {% set last = run_query(
        "select settings_digest, known_at from " ~ ref('stg_pql__progress') ~ " where model_name = '" ~ this.identifier
        ~ "' order by change_number desc limit 1"
    ).rows %}
    {% if not last or last[0][0] != pql_staging_settings() or last[0][1] > pql_known_at_text() %}{{ return(true) }}{% endif %}
    {{ return(run_query(
        'select staged.load_date from ' ~ ref('stg_pql__staged_loads') ~ ' as staged left join '
        ~ ref('stg_pql__event_loads') ~ ' as loads on staged.load_date = loads.load_date'
        ~ " where staged.model_name = '" ~ this.identifier
        ~ "' and (loads.row_count is null or loads.row_count < staged.row_count)"
    ).rows | length > 0) }}
{% endmacro %}

{#-
A condition that raw rows not yet staged fulfil; others may.

stored     the column with loaded_at as the raw table stores it, where there is one: engines skip what lies before a bound on it
-#}

{% macro pql_is_in_new_load(stored=none) -%}
    {%- if not execute %}{% do [ref('stg_pql__progress'), ref('stg_pql__event_loads'), ref('stg_pql__staged_loads')] %}{% endif -%}
    {%- if not execute or not is_incremental() or pql_forgets_staged() -%}
        true
    {%- else -%}
        {%- set days = run_query(
            'select cast(loads.load_date as varchar) from ' ~ ref('stg_pql__event_loads') ~ ' as loads left join '
            ~ ref('stg_pql__staged_loads') ~ ' as staged on loads.load_date = staged.load_date'
            ~ " and staged.model_name = '" ~ this.identifier ~ "'"
            ~ ' where staged.row_count is null or loads.row_count > staged.row_count order by 1'
        ).columns[0].values() | list -%}
        {%- set dated = days | reject('equalto', '1900-01-01') | list -%}
        {#- literals, and one bound instead of a list of days: engines find these rows without reading the others -#}
        {%- set first = pql_instant_literal(dated[0]) if dated -%}
        (false
        {%- if dated | length < days | length %} or loaded_at is null{% endif -%}
        {%- if dated %} or loaded_at >= {{ first }}{% endif %})
        {%- if stored and dated and dated | length == days | length %} and ({{ stored }} is null or {{ stored }} >= {{ pql_zoned(first) }}){% endif %}
    {%- endif -%}
{%- endmacro %}

{% macro pql_forget_staged() %}
    {% if execute and is_incremental() and pql_forgets_staged() %}
        delete from {{ this }}
    {% endif %}
{% endmacro %}

{% macro pql_note_staging_progress() %}
    insert into {{ ref('stg_pql__progress') }} (model_name, change_number, settings_digest, known_at)
    select '{{ this.identifier }}', coalesce(max(change_number), 0) + 1, '{{ pql_staging_settings() }}', '{{ pql_known_at_text() }}'
    from {{ ref('stg_pql__progress') }}
    where model_name = '{{ this.identifier }}'
{% endmacro %}

{#- The counts were taken before the rows were read: rows that came in between are looked at again. -#}

{% macro pql_note_staged_loads() %}
    delete from {{ ref('stg_pql__staged_loads') }}
    where model_name = '{{ this.identifier }}';

    insert into {{ ref('stg_pql__staged_loads') }} (model_name, load_date, row_count)
    select '{{ this.identifier }}', load_date, row_count
    from {{ ref('stg_pql__event_loads') }}
{% endmacro %}

{#- The strategy of models whose rows depend on nothing but a raw row: those of the loads looked at take the place of what was there. -#}

{% macro get_incremental_pql_loads_again_sql(arg_dict) %}
    {% set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') %}
    delete from {{ arg_dict['target_relation'] }}
    where {{ pql_is_in_new_load() }};

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}
