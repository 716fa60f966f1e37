{#-
A condition on a large table: is the value one of a few?

column      the column of the large table
relation    the few, with
few         the column that holds them; of the same name if not given

That they are not null changes no answer. DuckDB skips what it need not read of a table by a filter made of the few, but makes one
of rows only that have been through a condition themselves.
-#}

{% macro pql_is_one_of(column, relation, few=none) -%}
    {%- set few = few or column -%}
    {{ column }} in (select few.{{ few }} from {{ relation }} as few where few.{{ few }} is not null)
{%- endmacro %}
