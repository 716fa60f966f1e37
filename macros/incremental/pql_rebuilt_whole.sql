{#-
Incremental models that rebuild touched entities whole: what an entity had is deleted, what its facts now say is inserted,
and the model's progress is noted, all in one transaction.

    {{ pql_rebuilt_whole(['user_id']) }}                     at the top of a model with one row set per user
    {{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}    of users, accounts and domains

int_pql__touched_entities says who is touched; a full build takes everyone. Models of facts need less: pql_rebuilt_since.sql.
-#}

{% macro pql_rebuilt_whole(entity_columns) -%}
    {{ pql_rebuilt(entity_columns, 'pql_rebuild_whole') }}
{%- endmacro %}

{% macro pql_rebuilt(entity_columns, strategy, fact_at=none, note='pql_note_progress') -%}
    {{ config(
        materialized='incremental',
        incremental_strategy=strategy,
        unique_key=entity_columns,
        on_schema_change='append_new_columns',
        post_hook='{{ ' ~ note ~ '() }}',
        meta={'pql_rebuilt': true, 'pql_fact_at': fact_at},
    ) }}
    {%- if not execute -%}
        {%- do ref('int_pql__touched_entities') -%}
    {%- elif model.resource_type == 'model' and not is_incremental() -%}
        {%- do pql_require_everyone_touched() -%}
    {%- endif -%}
{%- endmacro %}


{#- Views below the models hold touched entities only: a table made anew by itself would lose all others. -#}

{% macro pql_require_everyone_touched() %}
    {% set touched = load_relation(ref('int_pql__touched_entities')) %}
    {% if touched is none %}{{ return('') }}{% endif %}
    {% set left_out = run_query(
        'select digests.entity_id from ' ~ touched.incorporate(path={'identifier': 'int_pql__entity_digests'}) ~ ' as digests'
        ~ ' left join ' ~ touched ~ ' as touched'
        ~ ' on digests.entity_type = touched.entity_type and digests.entity_id = touched.entity_id'
        ~ ' where digests.digest is not null and (touched.entity_id is null or touched.rebuilt_from > ' ~ pql_since_ever() ~ ') limit 1'
    ).rows %}
    {% if left_out %}
        {{ pql_stop(this.identifier ~ " cannot be built from scratch by itself: add --select int_pql__touched_entities+ (and --full-refresh), or select nothing.") }}
    {% endif %}
{% endmacro %}


{#- A condition: is the entity of this relation rebuilt in this run? -#}

{% macro pql_is_touched(entity_columns, relation=none) -%}
    {%- if not is_incremental() -%}
        true
    {%- else -%}
        {{ pql_entity_is_touched(entity_columns, relation) }}
    {%- endif -%}
{%- endmacro %}

{% macro pql_entity_is_touched(entity_columns, relation=none) -%}
    {{ pql_entity_is_in(ref('int_pql__touched_entities'), entity_columns, relation) }}
{%- endmacro %}


{#- A condition: is the entity of this relation among those? A model with one column for it holds users. -#}

{% macro pql_entity_is_in(entities, entity_columns, relation=none) -%}
    {%- set prefix = '' if relation is none else relation ~ '.' -%}
    {%- if entity_columns | length == 1 -%}
        {{ prefix }}{{ entity_columns[0] }} in (
            select listed.entity_id from {{ entities }} as listed where listed.entity_type = 'user'
        )
    {%- else -%}
        ({{ prefix }}{{ entity_columns | join(', ' ~ prefix) }}) in (
            select listed.entity_type, listed.entity_id from {{ entities }} as listed
        )
    {%- endif -%}
{%- endmacro %}


{#- The strategy behind it. -#}

{% macro get_incremental_pql_rebuild_whole_sql(arg_dict) %}
    {{ pql_replace_rows(
        arg_dict['target_relation'],
        arg_dict['temp_relation'],
        arg_dict['dest_columns'] | map(attribute='quoted') | list,
        pql_entity_is_touched(arg_dict['unique_key']),
    ) }}
{% endmacro %}


{#- After a model: it has now seen every change up to the latest. as_of: where it stands, of models of what holds then. -#}

{% macro pql_note_progress(as_of='cast(null as timestamp)') %}
    insert into {{ ref('stg_pql__progress') }} (model_name, change_number, as_of)
    select '{{ this.identifier }}', coalesce(max(digests.change_number), 0), {{ as_of }}
    from {{ ref('int_pql__entity_digests') }} as digests
{% endmacro %}


{#- A model's relation as it stands before this run makes it, for models that it is made of; none where it is not there. -#}

{% macro pql_as_built(model_name) %}
    {% for node in graph.nodes.values() if execute and node.name == model_name and node.package_name == 'pql' %}
        {{ return(adapter.get_relation(node.database, node.schema, node.alias)) }}
    {% endfor %}
{% endmacro %}


{#- The change up to which every model that rebuilds entities has progressed; 0 where one of them has to start anew. -#}

{% macro pql_common_progress() %}
    {% if not execute or flags.FULL_REFRESH or load_relation(ref('stg_pql__progress')) is none %}{{ return(0) }}{% endif %}
    {% set progress = {} %}
    {% for row in run_query('select model_name, max(change_number) from ' ~ ref('stg_pql__progress') ~ ' group by model_name').rows %}
        {% do progress.update({row[0]: row[1] | int}) %}
    {% endfor %}
    {% set numbers = [] %}
    {% for node in graph.nodes.values() if node.config.get('meta', {}).get('pql_rebuilt') %}
        {% set relation = adapter.get_relation(node.database, node.schema, node.alias) %}
        {% do numbers.append(0 if relation is none or relation.type != 'table' else progress.get(node.alias, 0)) %}
    {% endfor %}
    {{ return(numbers | min if numbers else 0) }}
{% endmacro %}
