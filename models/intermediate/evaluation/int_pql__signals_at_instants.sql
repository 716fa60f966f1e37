-- One row per model version, user, evaluated instant and signal the user had, by the history or as it was known then.
{{ config(materialized='view') }}
{%- set known_then = var('pql_evaluation_known_then', '') %}
with

instants as (

    select distinct evaluated_at from {{ ref('int_pql__evaluation_instants') }}

),

signal_history as (

    select * from {{ ref('int_pql__signal_history') }}

),

final as (
    {% if known_then %}
    select known_then.model_id, known_then.model_version, known_then.signal_type, known_then.signal_id,
        known_then.user_id, known_then.evaluated_at
    from {{ known_then }}.signals as known_then
    inner join instants on known_then.evaluated_at = instants.evaluated_at
    {%- else %}
    select
        signal_history.model_id,
        signal_history.model_version,
        signal_history.signal_type,
        signal_history.signal_id,
        signal_history.user_id,
        instants.evaluated_at
    from signal_history
    inner join instants on {{ pql_holds_at('signal_history', 'instants.evaluated_at') }}
    {%- endif %}

)

select * from final
