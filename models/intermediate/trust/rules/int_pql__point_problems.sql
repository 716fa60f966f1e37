-- One row per rule that gives its points to everyone or more than once, or has the name of another ledger line.
{{ config(materialized='view') }}

with

rules as (

    select * from {{ ref('pql_rules') }}

),

final as (

    select
        'pql_rules' as seed,
        {{ pql_rule_row_key('pql_rules', 'rules') }} as row_key,
        'The rule has neither lower nor upper, so everyone gets its points.' as problem,
        'Write the smallest value that counts into lower.' as remedy
    from rules
    where lower is null and upper is null

    union all

    select
        'pql_rules' as seed,
        model_id || '|' || cast(model_version as varchar) || '|' || rule_id as row_key,
        'The rows of ' || rule_id || ' differ in points or layer, so they add up instead of counting once.' as problem,
        'Give all rows of a rule_id the same layer and points, or use two rule_ids.' as remedy
    from rules
    group by model_id, model_version, rule_id
    having min(points) <> max(points) or min(layer) <> max(layer)

    union all

    select
        'pql_rules' as seed,
        {{ pql_rule_row_key('pql_rules', 'rules') }} as row_key,
        'The ledger has lines of its own by the name ' || rule_id || '.' as problem,
        'Choose another rule_id.' as remedy
    from rules
    where rule_id in ('floor', 'exclusion', 'cap_{{ pql_layers() | join("', 'cap_") }}')

)

select * from final
