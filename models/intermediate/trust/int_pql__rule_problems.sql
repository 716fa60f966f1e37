-- One row per problem of the rules: what would give wrong scores without anyone noticing. Empty in a good rule set.
-- Looks at nothing but the rule seeds, so that another product's rules are judged by the same checks.
with

final as (
    {% for subject in [
        'value', 'reference', 'text', 'list', 'event_signal', 'activation_step', 'metric', 'metric_column',
        'attribute', 'ratio', 'model', 'version', 'threshold', 'point', 'band', 'pillar', 'trigger',
    ] %}
    select
        cast(seed as varchar) as seed,
        coalesce(row_key, '') as row_key,
        cast(problem as varchar) as problem,
        cast(remedy as varchar) as remedy
    from {{ ref('int_pql__' ~ subject ~ '_problems') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
