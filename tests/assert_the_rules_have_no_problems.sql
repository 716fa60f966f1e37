-- Prevents scores from rules that do not mean what their author meant: a gap between bands, a metric that is not there.

select *
from {{ ref('int_pql__rule_problems') }}
