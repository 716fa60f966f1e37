-- One row per entity, condition and interval during which it holds or is unknown; it fails in between.
-- Users inherit the conditions on metrics of the account and the company domain they are in.
{{ pql_rebuilt_whole(['entity_type', 'entity_id']) }}
with

conditions as (

    select * from {{ ref('int_pql__conditions') }}

),

memberships as (

    select * from {{ ref('int_pql__memberships') }}
    where {{ pql_is_touched(['user_id']) }}

),

judged as (

    select entity_type, entity_id, condition_id, state, valid_from, valid_to
    from {{ ref('int_pql__stated_conditions') }}
    where state <> 'failed'

    union all

    select entity_type, entity_id, condition_id, state, valid_from, valid_to
    from {{ ref('int_pql__counted_conditions') }}
    where state <> 'failed'

    union all

    select entity_type, entity_id, condition_id, 'held' as state, valid_from, valid_to
    from {{ ref('int_pql__reached_conditions') }}

),

-- what users inherit may be of accounts and domains that this run leaves as they are
shared as (

    select * from judged
    where entity_type <> 'user'
    {%- if is_incremental() %}

    union all

    select entity_type, entity_id, condition_id, state, valid_from, valid_to
    from {{ this }}
    where entity_type <> 'user' and not {{ pql_is_touched(['entity_type', 'entity_id']) }}
    {%- endif %}

),

inherited as (

    select
        'user' as entity_type,
        memberships.user_id as entity_id,
        shared.condition_id,
        shared.state,
        greatest(shared.valid_from, memberships.valid_from) as valid_from,
        {{ pql_earlier_end('shared', 'memberships') }} as valid_to
    from memberships
    inner join shared
        on
            memberships.entity_type = shared.entity_type
            and memberships.entity_id = shared.entity_id
            and {{ pql_overlap('shared', 'memberships') }}
    inner join conditions on shared.condition_id = conditions.condition_id
    where conditions.is_inherited

    union all

    select
        'user' as entity_type,
        memberships.user_id as entity_id,
        conditions.condition_id,
        case when conditions.is_unknown then 'held' else 'unknown' end as state,
        memberships.valid_from,
        memberships.valid_to
    from memberships
    inner join conditions on memberships.entity_type = conditions.entity_type
    where memberships.entity_id is null and conditions.is_inherited

),

inherited_merged as (

    {{ pql_merged_intervals('inherited', ['entity_type', 'entity_id', 'condition_id', 'state']) }}

),

final as (

    select entity_type, entity_id, condition_id, state, valid_from, valid_to
    from judged

    union all

    select entity_type, entity_id, condition_id, state, valid_from, valid_to
    from inherited_merged

)

select * from final
