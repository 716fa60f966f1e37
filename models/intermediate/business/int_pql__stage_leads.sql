-- One row per model of free users, stage (mql, pql, sql) and user who entered it before being a customer.
-- Stages of the CRM do not depend on the model: they are those of the users whom it scores.
with

journeys as (

    select * from {{ ref('int_pql__journeys') }}

),

leads as (

    select * from {{ ref('stg_pql__leads') }}

),

user_history as (

    select * from {{ ref('int_pql__user_history') }}

),

dispositions as (

    select * from {{ ref('stg_pql__dispositions') }}
    where user_id is not null

),

clock as (

    select * from {{ ref('int_pql__clock') }}

),

-- the users a lead row names: by user_id, else whoever has the e-mail
crm_entries as (

    select user_id, stage, entered_at from leads
    where user_id is not null

    union all

    select user_history.user_id, leads.stage, leads.entered_at
    from leads
    inner join user_history
        on lower(leads.email) = user_history.email and {{ pql_holds_at('user_history', 'leads.entered_at') }}
    where leads.user_id is null

),

contacts as (

    select user_id, disposed_at as contacted_at from dispositions

    union all

    select user_id, entered_at as contacted_at from crm_entries
    where stage in ('sql', 'opportunity')

),

first_contacts as (

    select user_id, min(contacted_at) as first_contact_at from contacts
    group by user_id

),

entries as (

    select model_id, 'pql' as lead_stage, user_id, first_pql_at as entered_at from journeys

    union all

    select journeys.model_id, crm_entries.stage, crm_entries.user_id, min(crm_entries.entered_at) as entered_at
    from journeys
    inner join crm_entries on journeys.user_id = crm_entries.user_id
    where crm_entries.stage in ('mql', 'sql')
    group by journeys.model_id, crm_entries.stage, crm_entries.user_id

),

final as (

    select
        entries.model_id,
        entries.lead_stage,
        entries.user_id,
        journeys.cluster_id,
        entries.entered_at,
        first_contacts.first_contact_at,
        journeys.converted_at,
        journeys.churned_at
    from entries
    cross join clock
    inner join journeys on entries.model_id = journeys.model_id and entries.user_id = journeys.user_id
    left join first_contacts on entries.user_id = first_contacts.user_id
    where
        entries.entered_at <= clock.as_of
        and entries.entered_at < coalesce(journeys.customer_since, {{ pql_never() }})

)

select * from final
