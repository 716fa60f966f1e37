-- One row per text for people with a placeholder that is never filled in.
{{ config(materialized='view') }}
{%- set texts = [
    ['pql_rules', 'reason', ['{value}', '{date}', '{s}']],
    ['pql_rules', 'next_step', ['{increase}', '{by}', '{s}']],
    ['pql_hot_triggers', 'message', ['{value}', '{date}', '{s}']],
    ['pql_pillars', 'missing_text', []],
] %}

with

final as (
    {% for seed, column, placeholders in texts %}
    {%- set rest = namespace(text=column) %}
    {%- for placeholder in placeholders %}
        {%- set rest.text = "replace(" ~ rest.text ~ ", '" ~ placeholder ~ "', '')" %}
    {%- endfor %}
    select
        '{{ seed }}' as seed,
        {{ pql_rule_row_key(seed, seed) }} as row_key,
        'The {{ column }} "' || {{ column }} || '" has a placeholder that is never filled in.' as problem,
        'Use {{ "no placeholder here" if not placeholders else "no other placeholders than " ~ placeholders | join(", ") }}.'
            as remedy
    from {{ ref(seed) }} as {{ seed }}
    where position('{' in {{ rest.text }}) > 0 or position('}' in {{ rest.text }}) > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
