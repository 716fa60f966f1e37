-- Prevents leads who qualify by one kind of behaviour alone: a cap that is missing in the ledger is no cap.
-- At every instant the rule and cap lines of a layer add up to no more than the cap.
{%- set capped_layers = pql_layers() | reject('equalto', 'other') | list %}

with

lines as (

    select * from {{ ref('pql_score_ledger') }}
    where layer in ('{{ capped_layers | join("', '") }}')

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

changes as (

    select model_id, model_version, user_id, layer, valid_from as changed_at, points
    from lines

    union all

    select model_id, model_version, user_id, layer, valid_to as changed_at, -points as points
    from lines
    where valid_to is not null

),

sums as (

    select
        model_id,
        model_version,
        user_id,
        layer,
        changed_at,
        sum(sum(points)) over (
            partition by model_id, model_version, user_id, layer order by changed_at
        ) as layer_points
    from changes
    group by model_id, model_version, user_id, layer, changed_at

)

select
    sums.model_id,
    sums.model_version,
    sums.user_id,
    sums.layer,
    sums.changed_at,
    sums.layer_points
from sums
inner join model_versions
    on sums.model_id = model_versions.model_id and sums.model_version = model_versions.model_version
where
    sums.layer_points > case sums.layer
        {%- for layer in capped_layers %}
        when '{{ layer }}' then model_versions.{{ layer }}_cap
        {%- endfor %}
    end
