-- One row per user, kind of group (account, domain) and interval, gap-free from the user's start.
-- entity_id is null while the user is in none.

with

users as (

    select * from {{ ref('int_pql__users') }}

),

stated as (

    select * from {{ ref('int_pql__stated_memberships') }}

),

since_start as (

    select
        stated.user_id,
        stated.entity_type,
        stated.entity_id,
        greatest(stated.valid_from, users.started_at) as valid_from,
        stated.valid_to
    from stated
    inner join users on stated.user_id = users.user_id
    where stated.valid_to is null or stated.valid_to > users.started_at

),

merged as (

    {{ pql_merged_intervals('since_start', ['user_id', 'entity_type', 'entity_id']) }}

),

group_types as (

    select 'account' as entity_type
    union all
    select 'domain' as entity_type

),

-- what lies between the memberships
starts as (

    select users.user_id, group_types.entity_type, users.started_at as starts_at
    from users
    cross join group_types

    union

    select user_id, entity_type, valid_to as starts_at
    from merged
    where valid_to is not null

),

nexts as (

    select
        starts.user_id,
        starts.entity_type,
        starts.starts_at,
        min(merged.valid_from) as ends_at
    from starts
    left join merged
        on
            starts.user_id = merged.user_id
            and starts.entity_type = merged.entity_type
            and starts.starts_at <= merged.valid_from
    group by starts.user_id, starts.entity_type, starts.starts_at

),

final as (

    select user_id, entity_type, entity_id, valid_from, valid_to
    from merged

    union all

    select
        user_id,
        entity_type,
        cast(null as varchar) as entity_id,
        starts_at as valid_from,
        ends_at as valid_to
    from nexts
    where ends_at is null or ends_at > starts_at

)

select * from final
