{#- What distinct kinds of metrics count once of a fact: an object, a person, a day; null for other kinds. -#}

{% macro pql_fact_key(signal, metric) -%}
    case {{ metric }}.kind
            when 'distinct_objects' then {{ signal }}.object_id
            when 'distinct_users' then {{ signal }}.other_user_id
            when 'active_days' then {{ pql_date_text(signal ~ '.occurred_at') }}
        end
{%- endmacro %}


{#- When a fact stops counting for a metric: at its own end, or with the window; null: never. -#}

{% macro pql_fact_leaves_at(signal, metric) -%}
    case
            when {{ signal }}.leaves_at is not null then {{ signal }}.leaves_at
            when {{ metric }}.kind = 'active_days'
                then {{ pql_add_hours('cast(cast(' ~ signal ~ '.occurred_at as date) as timestamp)', metric ~ '.window_hours') }}
            else {{ pql_add_hours('coalesce(' ~ signal ~ '.counted_from, ' ~ signal ~ '.occurred_at)', metric ~ '.window_hours') }}
        end
{%- endmacro %}
