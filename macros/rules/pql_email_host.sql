{#- What follows the last @ of an e-mail address, in lower case; null where it contains no dot. -#}

{% macro pql_email_host(email) -%}
    case when {{ pql_matches(email, '.*@[^@]*[.][^@]*') }} then lower(regexp_replace({{ email }}, '^.*@', '')) end
{%- endmacro %}
