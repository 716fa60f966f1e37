{#- Is the instant inside the interval `[valid_from, valid_to)` of the relation? -#}

{% macro pql_holds_at(relation, instant) -%}
    ({{ relation }}.valid_from <= {{ instant }} and {{ instant }} < coalesce({{ relation }}.valid_to, {{ pql_never() }}))
{%- endmacro %}

{#- Do two intervals have an instant in common? -#}

{% macro pql_overlap(one, other) -%}
    ({{ one }}.valid_from < coalesce({{ other }}.valid_to, {{ pql_never() }})
    and {{ other }}.valid_from < coalesce({{ one }}.valid_to, {{ pql_never() }}))
{%- endmacro %}

{#- The end of what two intervals have in common; null if neither ends. -#}

{% macro pql_earlier_end(one, other) -%}
    nullif(least(coalesce({{ one }}.valid_to, {{ pql_never() }}), coalesce({{ other }}.valid_to, {{ pql_never() }})), {{ pql_never() }})
{%- endmacro %}
