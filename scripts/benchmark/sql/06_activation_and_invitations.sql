-- Activation and invitations.

create temp table activations as
with steps as (
    select
        user_no, min(occurred_at) filter (kind = 'project_created') as project_at,
        min(occurred_at) filter (kind = 'task_assigned' and target_user_id <> user_id)
            as assigned_at
    from events inner join people using (user_no)
    where is_active and kind in ('project_created', 'task_assigned')
    group by user_no
),
tasks as (
    select user_no, min(occurred_at) as first_at
    from events
    where is_active and kind = 'task_created' and object_id is not null
    group by user_no, object_id
),
third_tasks as (
    select user_no, first_at as third_task_at
    from tasks
    qualify row_number() over (partition by user_no order by first_at) = 3
)
select user_no, greatest(project_at, assigned_at, third_task_at) as activated_at
from steps inner join third_tasks using (user_no)
where project_at is not null and assigned_at is not null;

create temp table invites as
with sent as (
    select
        events.user_no, people.user_id, occurred_at,
        lower(coalesce(object_id, target_user_id)) as addressee,
        coalesce(events.account_id, memberships.account_id) as account_id
    from events
    inner join people using (user_no)
    left join memberships
        on events.user_no = memberships.user_no
        and occurred_at >= memberships.valid_from and occurred_at < memberships.valid_to
    where is_active and kind = 'teammate_invited'
        and coalesce(object_id, target_user_id) is not null
),
known as (
    select user_no, lower(user_id) as addressee, since_ever() as valid_from,
        never() as valid_to
    from people
    union all
    select user_no, email, valid_from, coalesce(valid_to, never())
    from user_history inner join user_numbers using (user_id) where email is not null
),
in_vain as (
    select distinct sent.user_no, sent.occurred_at, sent.addressee, sent.account_id
    from sent
    inner join known
        on sent.addressee = known.addressee and occurred_at >= known.valid_from
        and occurred_at < known.valid_to
    left join memberships
        on known.user_no = memberships.user_no and sent.account_id = memberships.account_id
        and occurred_at >= memberships.valid_from and occurred_at < memberships.valid_to
    where known.user_no = sent.user_no or memberships.user_no is not null
)
select user_no, addressee, occurred_at
from sent
where not exists (
    from in_vain where
        in_vain.user_no = sent.user_no and in_vain.occurred_at = sent.occurred_at
        and in_vain.addressee = sent.addressee
        and in_vain.account_id is not distinct from sent.account_id
);
