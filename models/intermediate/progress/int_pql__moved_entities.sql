-- One row per entity of which something else may hold at as_of than the models of now say: this run rebuilds it, or something of
-- it began or ended between the instant they stand at and as_of. Users move with every group that they are or were in.
{{ config(post_hook="{{ pql_note_moment() }}") }}
{%- if not execute %}{% do [ref('stg_pql__progress'), ref('int_pql__moment'), ref('int_pql__entity_digests')] %}{% endif %}
{%- set span = pql_span_of_now() %}
{%- set entity, user = 'entity_type, entity_id', "'user', user_id" %}
{%- set timelines = [
    (ref('int_pql__entities'), entity, ['started_at', 'signed_up_at']),
    (ref('int_pql__attributes'), entity, ['valid_from', 'valid_to']),
    (ref('int_pql__account_history'), "'account', account_id", ['valid_from', 'valid_to']),
    (ref('int_pql__memberships'), user, ['valid_from', 'valid_to']),
    (ref('stg_pql__events'), user, ['occurred_at']),
    (ref('int_pql__activations'), user, ['activated_at']),
    (ref('int_pql__metric_facts'), entity, ['valid_from', 'valid_to']),
    (ref('int_pql__condition_history'), entity, ['valid_from', 'valid_to']),
    (ref('int_pql__rule_history'), entity, ['valid_from', 'valid_to']),
    (ref('int_pql__hot_hits'), entity, ['hit_at', 'hot_until']),
    (ref('int_pql__status_history'), entity, ['valid_from', 'valid_to']),
] %}

with

touched_entities as (

    select * from {{ ref('int_pql__touched_entities') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}

),

moved as (

    select entity_type, entity_id
    from touched_entities
    {%- for relation, columns, instants in timelines if span %}
    {%- for instant in instants %}

    union all

    select {{ columns }}
    from {{ relation }}
    where {{ instant }} between {{ span[0] }} and {{ span[1] }}
    {%- endfor %}
    {%- endfor %}

),

final as (

    select entity_type, entity_id
    from moved

    union

    select 'user' as entity_type, user_id as entity_id
    from memberships
    where (entity_type, entity_id) in (select moved.entity_type, moved.entity_id from moved)

)

select * from final
