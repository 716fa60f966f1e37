-- One row per metric and column that its kind needs and lacks, or has and ignores.
{{ config(materialized='view') }}
{%- set ignored = {
    'attribute': ['signal', 'window_hours', 'within_hours_of_signup', 'numerator_metric_id', 'denominator_metric_id'],
    'ratio': ['signal', 'attribute', 'window_hours', 'within_hours_of_signup'],
    'state': ['window_hours'],
} %}
{%- set needed = {'attribute': ['attribute'], 'ratio': ['numerator_metric_id', 'denominator_metric_id']} %}

with

metrics as (

    select * from {{ ref('pql_metrics') }}

),

final as (
    {% for kind, columns in ignored.items() %}
    {%- for column in columns %}
    select
        'pql_metrics' as seed,
        metric_id as row_key,
        '{{ column }} is given, but a metric of kind {{ kind }} ignores it.' as problem,
        'Leave {{ column }} empty, or choose the kind that uses it.' as remedy
    from metrics
    where kind = '{{ kind }}' and {{ column }} is not null

    union all
    {% endfor %}
    {%- endfor %}
    {%- for kind, columns in needed.items() %}
    {%- for column in columns %}
    select
        'pql_metrics' as seed,
        metric_id as row_key,
        '{{ column }} is empty, but a metric of kind {{ kind }} needs it.' as problem,
        'Fill in {{ column }}.' as remedy
    from metrics
    where kind = '{{ kind }}' and {{ column }} is null

    union all
    {% endfor %}
    {%- endfor %}
    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'signal is empty, so there is nothing to measure.' as problem,
        'Name the signal whose facts count.' as remedy
    from metrics
    where kind not in ('attribute', 'ratio') and signal is null

    union all

    select
        'pql_metrics' as seed,
        metric_id as row_key,
        'A ' || kind || ' reads a signal; attribute, numerator and denominator are ignored.' as problem,
        'Leave these columns empty, or choose the kind attribute or ratio.' as remedy
    from metrics
    where
        kind not in ('attribute', 'ratio')
        and coalesce(attribute, numerator_metric_id, denominator_metric_id) is not null

)

select * from final
