-- One row per rule row and value that is empty, unknown or out of range, and per key that several rows share.
{{ config(materialized='view') }}
{%- set checks = [] %}
{%- for seed, asked in pql_rule_contract().items() %}
    {%- for column in asked.required %}
        {%- do checks.append({
            'seed': seed,
            'condition': column ~ ' is null',
            'problem': "'" ~ column ~ " is empty.'",
            'remedy': "'Fill in " ~ column ~ " or delete the row.'",
        }) %}
    {%- endfor %}
    {%- for column, words in asked.get('words', {}).items() %}
        {%- do checks.append({
            'seed': seed,
            'condition': column ~ " not in ('" ~ words | join("', '") ~ "')",
            'problem': "'" ~ column ~ " is ' || " ~ column ~ " || ', which has no meaning.'",
            'remedy': "'Write one of: " ~ words | join(', ') ~ ".'",
        }) %}
    {%- endfor %}
    {%- for column, range in asked.get('numbers', {}).items() %}
        {%- do checks.append({
            'seed': seed,
            'condition': column ~ ' < ' ~ range[0] ~ (' or ' ~ column ~ ' > ' ~ range[1] if range[1] is not none else ''),
            'problem': "'" ~ column ~ " is ' || cast(" ~ column ~ " as varchar) || '.'",
            'remedy': "'Write a whole number " ~ (
                'of ' ~ range[0] ~ ' or more' if range[1] is none else 'from ' ~ range[0] ~ ' to ' ~ range[1]
            ) ~ ".'",
        }) %}
    {%- endfor %}
{%- endfor %}

with

values_checked as (
    {% for check in checks %}
    select
        '{{ check.seed }}' as seed,
        {{ pql_rule_row_key(check.seed, check.seed) }} as row_key,
        {{ check.problem }} as problem,
        {{ check.remedy }} as remedy
    from {{ ref(check.seed) }} as {{ check.seed }}
    where {{ check.condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

keys_checked as (
    {% for seed, asked in pql_rule_contract().items() %}
    {%- set key = asked.name + asked.get('more_key', []) %}
    select
        '{{ seed }}' as seed,
        min({{ pql_rule_row_key(seed, seed) }}) as row_key,
        cast(count(*) as varchar) || ' rows have the same {{ key | join(", ") }}.' as problem,
        'Keep one of them, or change what should set them apart.' as remedy
    from {{ ref(seed) }} as {{ seed }}
    group by {{ key | join(', ') }}
    having count(*) > 1
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select * from values_checked

    union all

    select * from keys_checked

)

select * from final
