-- One row per model whose exclusions contradict each other or its audience, or which means another activation than
-- the one it reads; and one if the default model is not there.
{{ config(materialized='view') }}
{%- set default_model = var('pql_default_model') %}

with

models as (

    select
        models.*,
        {{ pql_rule_row_key('pql_models', 'models') }} as row_key
    from {{ ref('pql_models') }} as models

),

exclusions as (

    select
        exclusions.*,
        {{ pql_rule_row_key('pql_exclusions', 'exclusions') }} as row_key
    from {{ ref('pql_exclusions') }} as exclusions

),

conditions as (

    select * from {{ ref('int_pql__rule_conditions') }}

),

metrics as (

    select * from {{ ref('pql_metrics') }}

),

default_versions as (

    select activation_id
    from models
    where model_id = '{{ default_model }}'
    order by model_version desc
    limit 1

),

customers_left_out as (

    select distinct model_id
    from exclusions
    where reason = 'customer' and is_active

),

final as (

    select
        'pql_models' as seed,
        '{{ default_model }}' as row_key,
        'There is no model {{ default_model }}, which pql_default_model names.' as problem,
        'Set pql_default_model in vars.yml of the rules folder to a model of pql_models.' as remedy
    where not exists (select 1 from default_versions)

    union all

    select
        conditions.seed,
        conditions.row_key,
        conditions.metric_id || ' reads the activation of the default model, '
        || coalesce(default_versions.activation_id, 'which has none') || ', but ' || models.row_key || ' names '
        || coalesce(models.activation_id, 'none') || '.' as problem,
        'Read a metric of the signal activation_' || coalesce(models.activation_id, '<activation_id>') || ' instead.' as remedy
    from conditions
    inner join metrics on conditions.metric_id = metrics.metric_id and metrics.signal = 'activation'
    inner join models
        on
            conditions.model_id = models.model_id
            and models.model_version = coalesce(conditions.model_version, models.model_version)
    cross join default_versions
    where coalesce(models.activation_id, '') <> coalesce(default_versions.activation_id, '')

    union all

    select
        'pql_models' as seed,
        models.row_key,
        case models.audience
            when 'free' then 'The audience is free, but paying customers are not left out.'
            else 'The audience is paying, but paying customers are left out.'
        end as problem,
        case models.audience
            when 'free' then 'Add an active row of reason customer to pql_exclusions, or set audience to paying.'
            else 'Set is_active of reason customer to false in pql_exclusions, or set audience to free.'
        end as remedy
    from models
    left join customers_left_out on models.model_id = customers_left_out.model_id
    where (models.audience = 'free' and customers_left_out.model_id is null)
        or (models.audience = 'paying' and customers_left_out.model_id is not null)

    union all

    select
        'pql_exclusions' as seed,
        later_exclusions.row_key,
        exclusions.reason || ' and ' || later_exclusions.reason || ' of ' || exclusions.model_id || ' have the same precedence '
        || cast(exclusions.precedence as varchar) || '.' as problem,
        'Give each reason of a model a precedence of its own.' as remedy
    from exclusions
    inner join exclusions as later_exclusions
        on
            exclusions.model_id = later_exclusions.model_id
            and exclusions.precedence = later_exclusions.precedence
            and {{ pql_byte_order('exclusions.reason') }} < {{ pql_byte_order('later_exclusions.reason') }}

)

select * from final
