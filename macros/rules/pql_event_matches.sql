{#- Does the raw event match a row of pql_event_signals: its name, and its property where one is asked for? -#}

{% macro pql_event_matches(events, event_signals) -%}
    {{ events }}.event_name = {{ event_signals }}.event_name
    and (
        {{ event_signals }}.property_name is null
        or case
            when {{ event_signals }}.property_value is null
                then {{ pql_json_field(events ~ '.properties', event_signals ~ '.property_name') }} is not null
            else {{ pql_json_field(events ~ '.properties', event_signals ~ '.property_name') }} = {{ event_signals }}.property_value
        end
    )
{%- endmacro %}
