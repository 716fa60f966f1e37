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

    -- whoever calls this has checked the shape; taking it apart by a regular expression would be ten times slower
    create or replace function {{ pql_function('pql_instant') }}(given text) returns timestamp
    language plpgsql immutable strict as $$
    declare
        clock text := substr(given, 12);
        zone text := ltrim(clock, '0123456789:.');
        instant timestamp;
    begin
        clock := left(clock, length(clock) - length(zone));
        if substr(clock, 7, 2) = '60' then
            return null;
        end if;
        instant := cast(left(given, 10) || ' ' || left(clock, length('00:00:00.000000')) as timestamp);
        if length(zone) > 1 then
            instant := instant - cast(left(zone, 3) || ':' || lpad(replace(substr(zone, 4), ':', ''), 2, '0') as interval);
        end if;
        return instant;
    exception when data_exception then
        return null;
    end
    $$
{% endmacro %}

{#- The name of one of them: in the schema of the marts, which is the one that everything may know. -#}

{% macro pql_function(name) -%}
    {{ adapter.quote(target.schema) }}.{{ name }}
{%- endmacro %}
