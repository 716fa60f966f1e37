-- A model of theirs with a name of ours: nothing of ours may read it.
select 'nobody' as user_id
