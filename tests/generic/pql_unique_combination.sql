{#- The columns identify a row: no two rows agree in all of them, and none is null except those named in `nullable`. -#}

{% test pql_unique_combination(model, combination, nullable=[]) %}

select
    {{ combination | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ combination | join(', ') }}
having
    count(*) > 1
    {%- for column in combination if column not in nullable %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}
