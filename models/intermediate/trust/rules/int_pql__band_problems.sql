-- One row per band that holds no value, overlaps another, or leaves a gap to the next.
-- Bands are compared within a model version, layer and metric: a value should be worth one number of points there.
{{ config(materialized='view') }}
{%- set partition = ['model_id', 'model_version', 'layer', 'metric_id'] %}

with

conditions as (

    select * from {{ ref('int_pql__rule_conditions') }}

),

rules as (

    select * from {{ ref('pql_rules') }}

),

bands as (

    select
        rules.*,
        {{ pql_rule_row_key('pql_rules', 'rules') }} as row_key,
        {{ pql_band_text('rules') }} as band,
        coalesce(lower, -99999999999999) as from_value,
        coalesce(upper, 99999999999999) as to_value
    from rules
    where coalesce(lower, -99999999999999) < coalesce(upper, 99999999999999)

),

empty_bands as (

    select
        seed,
        row_key,
        'No value lies in the band ' || {{ pql_band_text('conditions') }} || '.' as problem,
        'Make upper, the first value that no longer counts, greater than lower.' as remedy
    from conditions
    where lower >= upper

),

overlapping_bands as (

    select
        'pql_rules' as seed,
        later_bands.row_key,
        case
            when later_bands.rule_id = bands.rule_id
                then 'The bands ' || bands.band || ' and ' || later_bands.band || ' of this rule overlap; its points count once.'
            else 'The band ' || later_bands.band || ' overlaps ' || bands.band || ' of the rule ' || bands.rule_id
                || ': values in both get the points of both.'
        end as problem,
        'Let each band end where the next one begins.' as remedy
    from bands
    inner join bands as later_bands
        on
            {% for column in partition -%}
            bands.{{ column }} = later_bands.{{ column }}
            and {% endfor -%}
            (bands.from_value, bands.to_value, bands.rule_id)
            < (later_bands.from_value, later_bands.to_value, later_bands.rule_id)
            and bands.to_value > later_bands.from_value
    where bands.rule_id = later_bands.rule_id or (bands.points <> 0 and later_bands.points <> 0)

),

-- bands that nothing continues, with the next band above them
ends as (

    select
        bands.row_key,
        bands.metric_id,
        bands.upper,
        min(higher_bands.lower) as next_lower
    from bands
    inner join bands as higher_bands
        on
            {% for column in partition -%}
            bands.{{ column }} = higher_bands.{{ column }}
            and {% endfor -%}
            bands.to_value < higher_bands.from_value
    where
        not exists (
            select 1
            from bands as continuing
            where
                {% for column in partition -%}
                continuing.{{ column }} = bands.{{ column }}
                and {% endfor -%}
                continuing.from_value <= bands.to_value
                and continuing.to_value > bands.to_value
        )
    group by bands.row_key, bands.metric_id, bands.upper

),

gaps as (

    select
        'pql_rules' as seed,
        row_key,
        'Values of ' || metric_id || ' from ' || {{ pql_bound_text('upper') }} || ' to below '
        || {{ pql_bound_text('next_lower') }} || ' get no points, those below and above do.' as problem,
        'Close the gap: raise upper, lower the next band, or add a rule of 0 points for it.' as remedy
    from ends

),

final as (
    {% for check in ['empty_bands', 'overlapping_bands', 'gaps'] %}
    select * from {{ check }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
