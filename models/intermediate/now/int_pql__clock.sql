-- One row: the instant that "now" means in this run.
{{ config(tags=['pql_hot']) }}
{%- set as_of = var('pql_as_of', '') or ('now' if target.name == 'prod' else 'latest') %}
{%- do pql_check_as_of(as_of, ref('stg_pql__events')) %}

with

events as (

    select * from {{ ref('stg_pql__events') }}

),

final as (

    select
        {% if as_of == 'latest' -%}
        max(occurred_at) as as_of
    from events
        {%- else -%}
        {{ pql_instant_literal(
            run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') if as_of == 'now' else pql_utc(as_of, 'pql_as_of')
        ) }} as as_of
        {%- endif %}

)

select * from final
