-- One row per model of free users and user whom it did not leave out at the start: the way from signup to customer, up to as_of.
-- A PQL counts only before the user was a customer: who pays, or has paid, is no lead.
with

clock as (

    select * from {{ ref('int_pql__clock') }}

),

model_versions as (

    select * from {{ ref('int_pql__model_versions') }}
    where entity_type = 'user' and audience = 'free'

),

status_history as (

    select * from {{ ref('int_pql__status_history') }}
    where entity_type = 'user'

),

users as (

    select * from {{ ref('int_pql__users') }}

),

clusters as (

    select * from {{ ref('int_pql__clusters') }}

),

conversions as (

    select * from {{ ref('int_pql__conversions') }}

),

activations as (

    select * from {{ ref('int_pql__activations') }}

),

models as (

    select distinct model_id from model_versions

),

statuses as (

    select
        status_history.model_id,
        status_history.entity_id as user_id,
        status_history.status,
        status_history.valid_from,
        row_number() over (
            partition by status_history.model_id, status_history.entity_id order by status_history.valid_from
        ) as number_of_status
    from status_history
    inner join models on status_history.model_id = models.model_id
    cross join clock
    where status_history.valid_from <= clock.as_of

),

ways as (

    select
        statuses.model_id,
        statuses.user_id,
        min(case when statuses.status in ('pql', 'hot') then statuses.valid_from end) as first_pql_at
    from statuses
    group by statuses.model_id, statuses.user_id
    having max(case when statuses.number_of_status = 1 and statuses.status <> 'excluded' then 1 else 0 end) = 1

),

-- by the sequence that the latest version names
first_activations as (

    select model_versions.model_id, activations.user_id, activations.activated_at
    from activations
    inner join model_versions
        on activations.activation_id = model_versions.activation_id and model_versions.valid_to is null

),

final as (

    select
        ways.model_id,
        ways.user_id,
        clusters.cluster_id,
        {% for instant, relation in {
            'signed_up_at': 'users', 'activated_at': 'first_activations', 'converted_at': 'conversions', 'churned_at': 'conversions'
        }.items() -%}
        case when {{ relation }}.{{ instant }} <= clock.as_of then {{ relation }}.{{ instant }} end as {{ instant }},
        {% endfor -%}
        conversions.customer_since,
        case
            when ways.first_pql_at < coalesce(conversions.customer_since, {{ pql_never() }}) then ways.first_pql_at
        end as first_pql_at
    from ways
    cross join clock
    inner join users on ways.user_id = users.user_id
    inner join clusters on ways.user_id = clusters.user_id
    left join conversions on ways.user_id = conversions.user_id
    left join first_activations
        on ways.model_id = first_activations.model_id and ways.user_id = first_activations.user_id

)

select * from final
