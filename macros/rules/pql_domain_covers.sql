{#- Does a listed domain cover this one: the same, or a subdomain of it? -#}

{% macro pql_domain_covers(listed, domain) -%}
    ({{ domain }} = {{ listed }} or right({{ domain }}, length({{ listed }}) + 1) = '.' || {{ listed }})
{%- endmacro %}
