{#-
Functions in the database, for engines that cannot try to read a text without failing. Made by the model
stg_pql__progress, before any raw row is read.
-#}

{% macro pql_create_functions() %}
    {{ return(adapter.dispatch('pql_create_functions', 'pql')()) }}
{% endmacro %}

{% macro default__pql_create_functions() %}
{% endmacro %}

{#- Postgres can say beforehand whether a text is readable from version 16 on; these serve older ones as well. -#}

{% macro postgres__pql_create_functions() %}
    {% if execute and not adapter.check_schema_exists(target.database, target.schema) %}
        {% do adapter.create_schema(api.Relation.create(database=target.database, schema=target.schema)) %}
    {% endif %}
    create or replace function {{ pql_function('pql_json') }}(given text) returns json
    language plpgsql immutable strict as $$
    begin
        -- the stricter type refuses what could not be taken apart later, such as the character 0
        perform cast(given as jsonb);
        return cast(given as json);
    exception when data_exception or program_limit_exceeded or statement_too_complex then
        return null;
    end
    $$;

    create or replace function {{ pql_function('pql_instant') }}(given text) returns timestamp
    language plpgsql immutable strict as $$
    declare
        parts text[] := regexp_match(
            given, '^(.{10})(?:.([0-9]{2}:[0-9]{2}(?::[0-5][0-9](?:[.][0-9]{1,6})?)?)[0-9]*)?(?:[Zz]|([+-][0-9]{2})(?::?([0-9]{2}))?)?$'
        );
        offset_minutes integer := coalesce(cast(parts[3] as integer), 0) * 60
            + coalesce(cast(left(parts[3], 1) || parts[4] as integer), 0);
    begin
        return cast(parts[1] || ' ' || coalesce(parts[2], '00:00') as timestamp) - make_interval(mins => offset_minutes);
    exception when data_exception then
        return null;
    end
    $$
{% endmacro %}

{#- The name of one of them: in the schema of the marts, which is the one that everything may know. -#}

{% macro pql_function(name) -%}
    {{ adapter.quote(target.schema) }}.{{ name }}
{%- endmacro %}
