-- One row per model and version: its thresholds and caps, and the interval during which it is in force.
with

models as (

    select * from {{ ref('pql_models') }}

),

typed as (

    select
        models.*,
        {{ pql_parsed_instant('models.valid_from', 'varchar') }} as in_force_from
    from models

),

final as (

    select
        -- ids
        model_id,
        model_version,
        entity_type,
        activation_id,

        -- strings
        audience,
        qualification,

        -- numerics
        pql_threshold,
        hot_threshold,
        activation_cap,
        usage_cap,
        fit_cap,
        intent_cap,

        -- timestamps
        in_force_from as valid_from,
        lead(in_force_from) over (partition by model_id order by in_force_from, model_version) as valid_to
    from typed

)

select * from final
