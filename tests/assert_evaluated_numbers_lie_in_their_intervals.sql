-- An interval that leaves out its own number misleads whoever relies on it.
with

numbers as (
    {% for mart, names in {
        'pql_backtest': ['conversion_rate', 'recall', 'lift', 'lift_over_non_pqls'],
        'pql_signal_lift': ['conversion_rate', 'lift'],
        'pql_calibration': ['probability', 'held_out_rate', 'held_out_brier_improvement'],
        'pql_model_verdicts': ['base_conversion_rate', 'pql_lift', 'top_lift', 'pql_recall', 'auc'],
    }.items() %}{% set is_last_mart = loop.last %}{% for name in names %}
    select
        '{{ mart }}.{{ name }}' as number_name,
        {{ name }} as number_value,
        {{ name }}_low as low,
        {{ name }}_high as high
    from {{ ref(mart) }}
    {{ 'union all' if not (is_last_mart and loop.last) }}
    {%- endfor %}{% endfor %}

)

-- a millionth for rounding
select * from numbers
where number_value < low - 0.000002 or number_value > high + 0.000002
