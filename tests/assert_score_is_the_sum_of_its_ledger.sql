-- Prevents a score that nobody can explain: a rep who is asked "why 65?" has to find 65 points in the ledger.
-- At every instant the lines add up to the score, those of each layer to its points, the others to the adjustment.
{%- set layers = pql_layers() %}
{%- set sums = ['score', 'adjustment_points'] %}
{%- for layer in layers %}{% do sums.append(layer ~ '_points') %}{% endfor %}

with

history as (

    select * from {{ ref('pql_score_history') }}

),

ledger as (

    select * from {{ ref('pql_score_ledger') }}

),

-- what the history says, less what the lines say, is 0 at every instant if and only if it changes by 0 at each
differences as (

    select model_id, model_version, user_id, valid_from, valid_to, {{ sums | join(', ') }}
    from history

    union all

    select
        model_id,
        model_version,
        user_id,
        valid_from,
        valid_to,
        -points,
        case when line_type <> 'rule' then -points else 0 end
        {%- for layer in layers %},
        case when line_type = 'rule' and layer = '{{ layer }}' then -points else 0 end
        {%- endfor %}
    from ledger

),

changes as (

    select model_id, model_version, user_id, valid_from as changed_at, {{ sums | join(', ') }}
    from differences

    union all

    select model_id, model_version, user_id, valid_to, -{{ sums | join(', -') }}
    from differences
    where valid_to is not null

)

select
    model_id,
    model_version,
    user_id,
    changed_at,
    {%- for column in sums %}
    sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from changes
group by model_id, model_version, user_id, changed_at
having
    {%- for column in sums %}
    {{ 'or ' if not loop.first }}sum({{ column }}) <> 0
    {%- endfor %}
