{#-
Do rows of two relations have the same values in all columns of a key? For keys of three and more columns. A model that
joins by one more than once names it at its top, `{%- set change = [...] %}`, so that no join forgets a part of it.
-#}

{% macro pql_same_key(one, other, keys) -%}
    ({% for key in keys %}{{ one }}.{{ key }} = {{ other }}.{{ key }}{{ ' and ' if not loop.last }}{% endfor %})
{%- endmacro %}
