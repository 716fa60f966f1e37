{#- The layers of a score, in the order in which they are shown; `other` has no cap. -#}

{% macro pql_layers() %}
    {{ return(['activation', 'usage', 'fit', 'intent', 'other']) }}
{% endmacro %}

{#- What the cap of a layer takes away: 0 or less. -#}

{% macro pql_cap_adjustment(layer) -%}
    {%- if layer == 'other' -%} 0
    {%- else -%} least(coalesce({{ layer }}_cap, {{ layer }}_points) - {{ layer }}_points, 0)
    {%- endif -%}
{%- endmacro %}

{#- The score after the caps, before the floor and exclusions: of a relation with the points and the cap of each layer. -#}

{% macro pql_capped_score() -%}
    {%- for layer in pql_layers() -%}
        {{ layer }}_points + {{ pql_cap_adjustment(layer) }}{{ ' + ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
