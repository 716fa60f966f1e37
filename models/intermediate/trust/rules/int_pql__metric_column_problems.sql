-- One row per metric and column that its kind needs and lacks, or has and ignores.
{{ config(materialized='view') }}
{%- set kinds = [
    {'names': ['attribute'], 'needed': ['attribute'], 'allowed': []},
    {'names': ['ratio'], 'needed': ['numerator_metric_id', 'denominator_metric_id'], 'allowed': []},
    {'names': ['state'], 'needed': ['signal'], 'allowed': ['within_hours_of_signup']},
    {
        'names': ['count', 'sum', 'distinct_objects', 'distinct_users', 'active_days'],
        'needed': ['signal'],
        'allowed': ['window_hours', 'within_hours_of_signup'],
    },
] %}
{%- set columns = [
    'signal', 'attribute', 'window_hours', 'within_hours_of_signup', 'numerator_metric_id', 'denominator_metric_id',
] %}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

final as (
    {% for kind in kinds %}
    {%- for column in columns if column not in kind.allowed %}
    {%- set is_needed = column in kind.needed %}
    select
        'pql_metrics' as seed,
        metric_id as row_key,
        {% if is_needed -%}
        '{{ column }} is empty, but a metric of kind ' || kind || ' needs it.' as problem,
        'Fill in {{ column }}.' as remedy
        {%- else -%}
        '{{ column }} is given, but a metric of kind ' || kind || ' ignores it.' as problem,
        'Leave {{ column }} empty, or choose a kind that uses it.' as remedy
        {%- endif %}
    from metrics
    where kind in ('{{ kind.names | join("', '") }}') and {{ column }} is {{ '' if is_needed else 'not ' }}null
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
