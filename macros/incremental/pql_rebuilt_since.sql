{#-
Incremental models of facts, each at one instant: of touched users those from rebuilt_from on are deleted and made anew. What
changed is not older, so the facts before it stand. Accounts and domains are rebuilt whole.

    {{ pql_rebuilt_since(['user_id'], 'occurred_at') }}                        at the top of a model
    {{ pql_facts_to_rebuild(ref('facts'), ['user_id'], 'occurred_at') }}       the rows it reads, in place of all

Most changes are recent, and engines find recent rows without reading those before. Of users whose facts need not all be made
anew, those who changed earlier than nine in ten did are few; they are rebuilt whole like the others.
-#}

{% macro pql_rebuilt_since(entity_columns, fact_at) -%}
    {{ pql_rebuilt(entity_columns, 'pql_rebuild_since', fact_at) }}
{%- endmacro %}


{#- A subquery: the rows of a relation that the model makes anew, all of them in a full build. -#}

{% macro pql_facts_to_rebuild(relation, entity_columns, fact_at, is_full_build=none) -%}
    {%- set is_full_build = not is_incremental() if is_full_build is none else is_full_build -%}
    {%- set conditions = ['true'] if is_full_build else pql_parts_to_rebuild(entity_columns, fact_at) -%}
    {%- for condition in conditions %}
    select * from {{ relation }}
    where {{ condition }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#-
Conditions, of which every row that is made anew fulfils one and no more. Users are asked for by one key, and once without the
instant: DuckDB finds few of them like that without joining all facts.
-#}

{% macro pql_parts_to_rebuild(entity_columns, fact_at) %}
    {% set user_id, since = entity_columns | last, pql_recent_changes_since() %}
    {% set parts = [pql_entity_is_touched([user_id])] %}
    {% if since is not none %}
        {% set users = '(select touched.entity_id as touched_id, touched.rebuilt_from from ' ~ ref('int_pql__touched_entities')
            ~ " as touched where touched.entity_type = 'user') as users" %}
        {% set parts = [
            fact_at ~ ' >= ' ~ since
            ~ ' and ' ~ user_id ~ ' in (select users.touched_id from ' ~ users ~ ' where users.rebuilt_from >= ' ~ since ~ ')'
            ~ ' and exists (select 1 from ' ~ users ~ ' where users.touched_id = ' ~ user_id ~ ' and users.rebuilt_from <= ' ~ fact_at ~ ')',
            user_id ~ ' in (select users.touched_id from ' ~ users ~ ' where users.rebuilt_from < ' ~ since ~ ')',
        ] %}
    {% endif %}
    {% if entity_columns | length == 1 %}{{ return(parts) }}{% endif %}
    {% set of_any_entity = ["entity_type <> 'user' and " ~ pql_entity_is_touched(entity_columns)] %}
    {% for part in parts %}{% do of_any_entity.append("entity_type = 'user' and " ~ part) %}{% endfor %}
    {{ return(of_any_entity) }}
{% endmacro %}


{#- Since when those nine in ten changed, as SQL; none where there is nobody like that, and everybody is rebuilt whole. -#}

{% macro pql_recent_changes_since() %}
    {% set touched = ref('int_pql__touched_entities') %}
    {% if not execute or model.resource_type != 'model' or flags.FULL_REFRESH or load_relation(touched) is none %}{{ return(none) }}{% endif %}
    {% set since = run_query(
        'select ' ~ pql_instant_text('min(ranked.rebuilt_from)') ~ ' from (select touched.rebuilt_from,'
        ~ ' row_number() over (order by touched.rebuilt_from) as place, count(*) over () as user_count from ' ~ touched
        ~ " as touched where touched.entity_type = 'user' and touched.rebuilt_from > " ~ pql_since_ever()
        ~ ') as ranked where 10 * ranked.place > ranked.user_count'
    ).rows[0][0] %}
    {{ return(none if since is none else pql_instant_literal(since)) }}
{% endmacro %}


{#- The strategy behind it. A fact may be there twice, so all are written anew. -#}

{% macro get_incremental_pql_rebuild_since_sql(arg_dict) %}
    {% set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') %}
    {% for condition in pql_parts_to_rebuild(arg_dict['unique_key'], model.config.meta.pql_fact_at) %}
    delete from {{ arg_dict['target_relation'] }}
    where {{ condition }};
    {% endfor %}

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}
