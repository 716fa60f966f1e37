{#-
Does a condition on a metric need its running count? Not where single facts say when it holds:

    at least 1      while any fact is there, of all kinds that count each fact once
    at least k      of a user's facts, which leave in the order in which they came: their windows are of one length,
                    and the sessions they may count from do not overlap
-#}

{% macro pql_is_counted(metric, condition) -%}
    case
            when {{ condition }}.is_unknown or coalesce({{ condition }}.lower, 0) <= 0 then true
            when {{ metric }}.kind = 'count' and {{ metric }}.entity_type = 'user' then false
            when {{ metric }}.kind in ('count', 'state', 'distinct_objects', 'distinct_users', 'active_days')
                then {{ condition }}.lower > 1 or {{ condition }}.upper is not null
            else true
        end
{%- endmacro %}
