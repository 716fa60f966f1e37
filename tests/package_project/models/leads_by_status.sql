select
    status,
    count(*) as leads
from {{ ref('pql', 'pql_scores') }}
group by status
