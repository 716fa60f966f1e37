-- Events: repeated, corrected and deleted rows settled.

create temp view raw_events as
select
    event_id, event_name, user_id, utc(occurred_at) as stated_at, account_id, object_id,
    target_user_id,
    properties, coalesce(is_deleted, false) as is_deleted, utc(loaded_at) as loaded_at
from read_parquet(getvariable('raw') || '/events/*.parquet')
where
    user_id is not null and event_name is not null
    and occurred_at >= timestamptz '2000-01-01' and occurred_at < timestamptz '2200-01-01';

-- Nearly all events came once: only the others have to be settled.
create temp table sent_again as
select event_id from raw_events group by event_id having count(*) > 1;

create temp table settled as
with contents as (
    select raw_events.* replace (min(loaded_at) as loaded_at)
    from raw_events semi join sent_again using (event_id)
    group by all
),
first_of_load as (
    select * from contents
    qualify row_number() over (
        partition by event_id, loaded_at order by event_name, user_id, md5(concat_ws(
            chr(31), event_name, user_id, strftime(stated_at, '%Y-%m-%d %H:%M:%S.%f'),
            coalesce(account_id, ''),
            coalesce(object_id, ''), coalesce(target_user_id, ''), coalesce(properties, ''),
            is_deleted
        ))
    ) = 1
)
select * from first_of_load
qualify row_number() over (partition by event_id order by loaded_at desc) = 1;

-- Numbers sort and join faster than texts, and so do enums.
create temp table user_numbers as
select user_id, cast(row_number() over () as integer) as user_no
from (select user_id from raw_events union select user_id from user_rows);

create type event_kind as enum (
    'signed_up', 'heartbeat', 'page_viewed', 'menu_opened', 'premium_feature_viewed',
    'pricing_viewed', 'project_created', 'task_created', 'task_completed', 'task_assigned',
    'source_connected', 'integration_connected', 'feature_used', 'premium_feature_blocked',
    'usage_limit_hit', 'sso_settings_opened', 'scim_settings_opened', 'audit_log_opened',
    'admin_settings_opened', 'teammate_invited', 'invite_accepted', 'sales_contacted',
    'onboarding_completed', 'api_called', 'limit_warning_shown', 'upgrade_prompt_shown',
    'error_shown', 'use_case_chosen', 'funding_round_announced', 'tech_stack_detected',
    'revenue_reported', 'other'
);

-- Bots and colleagues leave no trace but their start; only some kinds of events need an object.
create temp table events as
with accepted as (
    select * from raw_events anti join sent_again using (event_id)
    union all
    select * from settled where not is_deleted
),
numbered as (
    select
        user_no, event_id, account_id, object_id, target_user_id,
        least(stated_at, loaded_at) as occurred_at,
        case
            when event_name = 'feature_used' and json_valid(properties) then properties
        end as properties,
        coalesce(try_cast(event_name as event_kind), 'other') as kind
    from accepted inner join user_numbers using (user_id)
),
silences as (
    select user_no, valid_from, valid_to
    from user_history inner join user_numbers using (user_id)
    where is_bot or is_internal
)
select
    numbered.user_no, occurred_at, kind,
    silences.user_no is null and kind <> 'heartbeat' as is_active,
    account_id,
    case when account_id is not null then event_id end as event_id,
    case
        when kind not in ('page_viewed', 'menu_opened', 'heartbeat', 'task_completed', 'other')
            then object_id
    end as object_id,
    case
        when kind in ('task_assigned', 'teammate_invited', 'invite_accepted') then target_user_id
    end as target_user_id,
    kind in ('project_created', 'task_created', 'task_completed') or (
        coalesce((properties ->> 'is_core') = 'true', false)
    ) as is_core,
    coalesce((properties ->> 'tier') = 'premium', false) as is_premium
from numbered
left join silences
    on numbered.user_no = silences.user_no
    and occurred_at >= silences.valid_from and occurred_at < coalesce(silences.valid_to, never());

set variable as_of = (select max(occurred_at) from events);

create temp table people as
with seen as (
    select
        user_no, min(occurred_at) as first_at,
        min(occurred_at) filter (kind = 'signed_up') as signup_at,
        max(occurred_at) filter (is_active) as last_active_at
    from events group by user_no
),
stated as (
    select user_id, min(signed_up_at) as signed_up_at from user_rows group by user_id
)
select
    user_no, user_id, coalesce(stated.signed_up_at, signup_at) as signed_up_at, last_active_at,
    least(coalesce(stated.signed_up_at, signup_at, first_at), first_at) as started_at
from user_numbers
left join stated using (user_id)
left join seen using (user_no)
where stated.signed_up_at is not null or first_at is not null;
