{#-
One row per host of the e-mail addresses in a CTE: the company domain it belongs to, and what is listed about it. The build asks
it of all users, the hot lane of those whom no build has seen.
-#}

{% macro pql_email_hosts(users) %}
    {#- No listed ending has more than four labels, and at most two labels stand before one. #}
    {%- set most_labels = 6 %}
    with

    listed_domains as (

        select * from {{ ref('pql_domains') }}

    ),

    public_suffixes as (

        select * from {{ ref('pql_public_suffixes') }}

    ),

    hosts as (

        select distinct {{ pql_email_host('email') }} as host
        from {{ users }}
        where {{ pql_email_host('email') }} is not null

    ),

    -- the last label of a host, its last two, and so on, to be found in the list by equality
    tails as (

        {% for count in range(1, most_labels + 1) -%}
        {%- set pattern = '(.*[.])?(([^.]*[.]){' ~ (count - 1) ~ '}[^.]*)' -%}
        select host, {{ count }} as label_count, regexp_replace(host, '^{{ pattern }}$', '\2') as tail
        from hosts
        where {{ pql_matches('host', pattern) }}
        {{ 'union all' if not loop.last }}

        {% endfor -%}

    ),

    endings as (

        select
            tails.host,
            tails.label_count + public_suffixes.labels_before as label_count,
            row_number() over (partition by tails.host order by tails.label_count desc) as place
        from tails
        inner join public_suffixes on tails.tail = public_suffixes.ending

    ),

    registrable as (

        select hosts.host, tails.tail as registrable_domain
        from hosts
        left join endings on hosts.host = endings.host and endings.place = 1
        left join tails on hosts.host = tails.host and tails.label_count = coalesce(endings.label_count, 2)

    ),

    kinds as (

        select
            hosts.host,
            max(case when listed_domains.kind in ('free_mail', 'relay', 'disposable') then 1 else 0 end) = 1
                as is_shared,
            max(case when listed_domains.kind in ('internal', 'test') then 1 else 0 end) = 1 as is_internal,
            max(case when listed_domains.kind = 'competitor' then 1 else 0 end) = 1 as is_competitor
        from hosts
        inner join listed_domains on {{ pql_domain_covers('lower(listed_domains.domain)', 'hosts.host') }}
        group by hosts.host

    )

    select
        -- ids
        registrable.host,
        case when not coalesce(kinds.is_shared, false) then registrable.registrable_domain end as company_domain,

        -- booleans
        coalesce(kinds.is_internal, false) as is_internal,
        coalesce(kinds.is_competitor, false) as is_competitor
    from registrable
    left join kinds on registrable.host = kinds.host
{%- endmacro %}
