{#- Does a score (after caps) with these pillars qualify under the model's `qualification`? -#}

{% macro pql_is_qualified(score, has_every_pillar) -%}
    case qualification
        when 'score_only' then {{ score }} >= pql_threshold
        when 'pillars_only' then {{ has_every_pillar }}
        when 'pillars_and_score' then {{ score }} >= pql_threshold and {{ has_every_pillar }}
    end
{%- endmacro %}
