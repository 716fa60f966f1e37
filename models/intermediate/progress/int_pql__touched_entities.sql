-- One row per entity that this run rebuilds: changed since the change up to which every model has progressed.
-- rebuilt_from: facts before that instant stand. No session of the user reaches across it.
{%- if not execute %}{% do ref('stg_pql__progress') %}{% endif %}
{%- set progress = pql_common_progress() %}
{%- set timeout = var('pql_session_timeout_minutes') * 60 * 1000000 %}
{%- set longest = var('pql_session_max_hours') * 60 * 60 * 1000000 %}

with

touched as (

    select * from {{ ref('int_pql__entity_digests') }}
    where change_number > {{ progress }}

),

{% if progress -%}
-- as earlier runs left them: of what lies before changed_from they say what is still true
sessions as (

    select * from {{ pql_as_built('int_pql__sessions') }} as as_built

),

-- a change may continue a session, or divide it; sessions cut for their length depend on where the first of them began
continued as (

    select
        touched.entity_id as user_id,
        min(case
            when {{ pql_microseconds_between('sessions.ended_at', 'touched.changed_from') }} <= {{ timeout }} then sessions.started_at
        end) as started_at,
        max({{ pql_microseconds_between('sessions.started_at', 'sessions.ended_at') }}) as longest
    from touched
    inner join sessions on touched.entity_id = sessions.user_id
    where touched.entity_type = 'user' and touched.changed_from is not null
    group by touched.entity_id

),

final as (

    select
        touched.entity_type,
        touched.entity_id,
        case
            when touched.changed_from is null or continued.longest >= {{ longest - timeout }} then {{ pql_since_ever() }}
            else least(touched.changed_from, coalesce(continued.started_at, touched.changed_from))
        end as rebuilt_from
    from touched
    left join continued on touched.entity_type = 'user' and touched.entity_id = continued.user_id

)
{%- else -%}
final as (

    select entity_type, entity_id, {{ pql_since_ever() }} as rebuilt_from
    from touched

)
{%- endif %}

select * from final
