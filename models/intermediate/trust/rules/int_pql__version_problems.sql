-- One row per model version that has no place in time, or that scores something else than the one before.
{{ config(materialized='view') }}

with

versions as (

    select
        models.*,
        {{ pql_rule_row_key('pql_models', 'models') }} as row_key,
        {{ pql_parsed_instant('models.valid_from', 'varchar') }} as in_force_from
    from {{ ref('pql_models') }} as models

),

in_order as (

    select
        versions.*,
        lag(model_version) over by_number as previous_version,
        lag(in_force_from) over by_number as previous_from,
        lag(entity_type) over by_number as previous_entity_type
    from versions
    window by_number as (partition by model_id order by model_version)

),

final as (

    select
        'pql_models' as seed,
        row_key,
        'valid_from is ' || valid_from || ', which is no instant, so the version is never in force.' as problem,
        'Write an ISO instant such as 2026-01-31T00:00:00Z.' as remedy
    from versions
    where valid_from is not null and in_force_from is null

    union all

    select
        'pql_models' as seed,
        row_key,
        'Version ' || cast(model_version as varchar) || ' does not begin after version '
        || cast(previous_version as varchar) || ' of ' || model_id || '.' as problem,
        'Number versions in the order of time, and give each a valid_from of its own.' as remedy
    from in_order
    where model_version > previous_version and in_force_from <= previous_from

    union all

    select
        'pql_models' as seed,
        row_key,
        'The version scores each ' || entity_type || ', the one before each ' || previous_entity_type || '.' as problem,
        'Give what scores something else a model_id of its own.' as remedy
    from in_order
    where entity_type <> previous_entity_type

)

select * from final
