-- One row per episode: whom to answer, in which account and lane, and whether the model leaves them out.
{{ config(materialized='ephemeral') }}

with

episodes as (

    select * from {{ ref('int_pql__hot_episodes') }}

),

contacts as (

    select * from {{ ref('int_pql__hot_contacts') }}
    where place = 1

),

accounts as (

    select * from {{ ref('int_pql__memberships') }}
    where entity_type = 'account'

),

versions as (

    select * from {{ ref('int_pql__model_versions') }}

),

-- what must not fail for a sales rep to be asked
pillars as (

    select distinct model_id, model_version, pillar
    from {{ ref('pql_pillars') }}
    where pillar = '{{ var("pql_self_serve_pillar") }}'

),

pillar_history as (

    select * from {{ ref('int_pql__pillar_history') }}
    where entity_type = 'user'

),

users as (

    select * from {{ ref('int_pql__users') }}

),

-- nothing is known of the pillars of users whom no build has seen
failed as (

    select contacts.episode_id
    from contacts
    inner join users on contacts.user_id = users.user_id and contacts.seen_at >= users.started_at
    inner join versions
        on contacts.model_id = versions.model_id and {{ pql_holds_at('versions', 'contacts.seen_at') }}
    inner join pillars
        on versions.model_id = pillars.model_id and versions.model_version = pillars.model_version
    left join pillar_history
        on
            pillars.model_id = pillar_history.model_id
            and pillars.model_version = pillar_history.model_version
            and pillars.pillar = pillar_history.pillar
            and contacts.user_id = pillar_history.entity_id
            and {{ pql_holds_at('pillar_history', 'contacts.seen_at') }}
    where pillar_history.pillar is null

),

-- an account that everybody has left is hot all the same
final as (

    select
        episodes.episode_id,
        contacts.user_id as contact_user_id,
        case when episodes.entity_type = 'account' then episodes.entity_id else accounts.entity_id end as account_id,
        contacts.ineligibility_reason,
        failed.episode_id is not null as is_self_serve
    from episodes
    left join contacts on episodes.episode_id = contacts.episode_id
    left join accounts
        on contacts.user_id = accounts.user_id and {{ pql_holds_at('accounts', 'contacts.seen_at') }}
    left join failed on episodes.episode_id = failed.episode_id

)

select * from final
