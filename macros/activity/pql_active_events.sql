{#-
Of accepted events those whose user was neither bot nor internal at that instant, with the account they count for: the one
written on the event, else that of the user. Builds ask it of all events, the hot lane of those it reads.

events     relation with the columns of accepted events
silences   user_id, valid_from, valid_to: while nothing counts that the user does
accounts   user_id, account_id, valid_from, valid_to; left out by who does not need the account: it is not in the result then
-#}

{% macro pql_active_events(events, silences, accounts=none) -%}
    select
        {{ events }}.event_id,
        {{ events }}.user_id,
        {%- if accounts %}
        coalesce({{ events }}.account_id, {{ accounts }}.account_id) as account_id,
        {%- endif %}
        {{ events }}.object_id,
        {{ events }}.target_user_id,
        {{ events }}.event_name,
        {{ events }}.properties,
        {{ events }}.occurred_at
    from {{ events }}
    left join {{ silences }}
        on {{ events }}.user_id = {{ silences }}.user_id and {{ pql_holds_at(silences, events ~ '.occurred_at') }}
    {%- if accounts %}
    left join {{ accounts }}
        on
            -- nobody's account is looked up for an event that names one
            case when {{ events }}.account_id is null then {{ events }}.user_id end = {{ accounts }}.user_id
            and {{ pql_holds_at(accounts, events ~ '.occurred_at') }}
    {%- endif %}
    where {{ silences }}.user_id is null
{%- endmacro %}


{#- The same of a relation with accepted events, as a build knows users and accounts. -#}

{% macro pql_active_events_of(relation) -%}
    with

    events as (

        select * from {{ relation }}

    ),

    silences as (

        {{ pql_silences() }}

    ),

    accounts as (

        select user_id, entity_id as account_id, valid_from, valid_to
        from {{ ref('int_pql__memberships') }}
        where entity_type = 'account' and entity_id is not null

    ),

    final as (

        {{ pql_active_events('events', 'silences', 'accounts') }}

    )

    select * from final
{%- endmacro %}


{#- While nothing counts that a user does whom a build knows: as a bot, or as one of the product's own people. -#}

{% macro pql_silences() -%}
    select user_id, valid_from, valid_to
    from {{ ref('int_pql__user_history') }}
    where is_bot or is_internal
{%- endmacro %}
