{#-
Incremental models of what holds at as_of: the rows of entities that moved are made anew. Of nobody else does anything else hold.

    {{ pql_rebuilt_now(['user_id']) }}                       at the top of a model with one row set per user
    {{ pql_rebuilt_now(['entity_type', 'entity_id']) }}      of users, accounts and domains

int_pql__moved_entities says who moved; a full build takes everyone. A column as_of is brought up to date in every row.
-#}

{% macro pql_rebuilt_now(entity_columns) -%}
    {{ pql_rebuilt(entity_columns, 'pql_rebuild_now', note='pql_note_moment') }}
    {%- if not execute -%}
        {%- do [ref('int_pql__moved_entities'), ref('int_pql__moment')] -%}
    {%- elif model.resource_type == 'model' and is_incremental() -%}
        {%- do pql_require_moved_to_as_of() -%}
    {%- endif -%}
{%- endmacro %}


{#- After a run that was killed, or for a model that is selected by itself, as_of may be one to which nobody was moved. -#}

{% macro pql_require_moved_to_as_of() %}
    {% set query %}
        select moment.as_of
        from {{ ref('int_pql__moment') }} as moment
        left join {{ ref('stg_pql__progress') }} as progress
            on
                progress.model_name = 'int_pql__moved_entities'
                and coalesce(moment.as_of, {{ pql_since_ever() }}) = progress.as_of
        where progress.as_of is null
    {% endset %}
    {% if run_query(query).rows %}
        {{ pql_stop(this.identifier ~ " cannot be built by itself, as as_of has moved: add --select int_pql__moved_entities+, or select nothing.") }}
    {% endif %}
{% endmacro %}


{#- A condition: is what holds of the entity made anew in this run? -#}

{% macro pql_has_moved(entity_columns) -%}
    {{ pql_entity_has_moved(entity_columns) if is_incremental() else 'true' }}
{%- endmacro %}

{% macro pql_entity_has_moved(entity_columns) -%}
    {{ pql_entity_is_in(ref('int_pql__moved_entities'), entity_columns) }}
{%- endmacro %}


{#- The strategy behind it. -#}

{% macro get_incremental_pql_rebuild_now_sql(arg_dict) %}
    {% set columns = arg_dict['dest_columns'] | map(attribute='quoted') | list %}
    {% if 'as_of' in arg_dict['dest_columns'] | map(attribute='name') %}
    {% set as_of = '(select moment.as_of from ' ~ ref('int_pql__moment') ~ ' as moment)' %}
    update {{ arg_dict['target_relation'] }}
    set as_of = {{ as_of }}
    where as_of is distinct from {{ as_of }};
    {% endif %}

    {{ pql_replace_rows(
        arg_dict['target_relation'], arg_dict['temp_relation'], columns, pql_entity_has_moved(arg_dict['unique_key'])
    ) }}
{% endmacro %}


{#- After a model: of its progress the last note is enough. -#}

{% macro pql_note_moment() %}
    delete from {{ ref('stg_pql__progress') }}
    where model_name = '{{ this.identifier }}';

    {{ pql_note_progress(
        '(select coalesce(max(moment.as_of), ' ~ pql_since_ever() ~ ') from ' ~ ref('int_pql__moment') ~ ' as moment)'
    ) }}
{% endmacro %}


{#-
The first and the last of the instants that these models stand at and as_of, as SQL: where a run was killed, they stand at different
ones. None where everyone is made anew.
-#}

{% macro pql_span_of_now() %}
    {% if pql_common_progress() == 0 %}{{ return(none) }}{% endif %}
    {% set models = [] %}
    {% for node in graph.nodes.values() if node.config.get('incremental_strategy') == 'pql_rebuild_now' %}
        {% do models.append("'" ~ node.alias ~ "'") %}
    {% endfor %}
    {% set query %}
        select {{ pql_instant_text('min(places.as_of)') }}, {{ pql_instant_text('max(places.as_of)') }}
        from (
            select coalesce(progress.as_of, {{ pql_since_ever() }}) as as_of
            from {{ ref('stg_pql__progress') }} as progress
            where progress.model_name in ({{ models | join(', ') }})
            union all
            select coalesce(moment.as_of, {{ pql_since_ever() }}) from {{ ref('int_pql__moment') }} as moment
        ) as places
    {% endset %}
    {% set first, last = run_query(query).rows[0] %}
    {{ return([pql_instant_literal(first), pql_instant_literal(last)]) }}
{% endmacro %}
