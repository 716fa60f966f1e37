{#-
Incremental models of facts, each at one instant: of touched users those from rebuilt_from on are deleted and made anew. What
changed is not older, so the facts before it stand. Accounts and domains are rebuilt whole.

    {{ pql_rebuilt_since(['user_id'], 'occurred_at') }}                        at the top of a model
    {{ pql_facts_to_rebuild(ref('facts'), ['user_id'], 'occurred_at') }}       the rows it reads, in place of all

Most changes are recent, and engines find recent rows without reading those before. Of users whose facts need not all be made
anew, those who changed earlier than nine in ten did are few; they are rebuilt whole like the others.
-#}

{% macro pql_rebuilt_since(entity_columns, fact_at) -%}
    {{ pql_rebuilt_whole(entity_columns, fact_at) }}
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


{#- Conditions, of which every row that is made anew fulfils one and no more; fact_at is none where entities are rebuilt whole. -#}

{% macro pql_parts_to_rebuild(entity_columns, fact_at) %}
    {% set since = pql_recent_changes_since() if fact_at else none %}
    {% if since is none %}{{ return([pql_entity_is_touched(entity_columns)]) }}{% endif %}
    {% set user_id, is_user = entity_columns | last, "entity_type = 'user' and " if entity_columns | length > 1 else '' %}
    {% set users = '(select touched.entity_id as touched_id, touched.rebuilt_from from ' ~ ref('int_pql__touched_entities')
        ~ " as touched where touched.entity_type = 'user') as users" %}
    {% set parts = [
        is_user ~ fact_at ~ ' >= ' ~ since
        ~ ' and ' ~ user_id ~ ' in (select users.touched_id from ' ~ users ~ ' where users.rebuilt_from >= ' ~ since ~ ')'
        ~ ' and exists (select 1 from ' ~ users ~ ' where users.touched_id = ' ~ user_id ~ ' and users.rebuilt_from <= ' ~ fact_at ~ ')',
        is_user ~ user_id ~ ' in (select users.touched_id from ' ~ users ~ ' where users.rebuilt_from < ' ~ since ~ ')',
    ] %}
    {% if is_user %}{% do parts.append("entity_type <> 'user' and " ~ pql_entity_is_touched(entity_columns)) %}{% endif %}
    {{ return(parts) }}
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
