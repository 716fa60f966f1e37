{#-
Do two relations have the same values in all columns of a key? For keys of several columns that a model joins by more than
once: `{%- set keys = [...] %}` at its top names the key, and no join can forget a part of it.
-#}

{% macro pql_same_key(one, other, keys) -%}
    ({% for key in keys %}{{ one }}.{{ key }} = {{ other }}.{{ key }}{{ ' and ' if not loop.last }}{% endfor %})
{%- endmacro %}
