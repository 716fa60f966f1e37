-- Prevents scores from rules that do not mean what their author meant: a gap between bands, a metric that is not there.

select seed, row_key, problem, remedy
from {{ ref('int_pql__rule_problems') }}
