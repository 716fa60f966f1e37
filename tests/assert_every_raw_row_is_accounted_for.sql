-- Prevents events that vanish on their way: of every row that came in it is known what became of it.

select table_name, rows_in, rows_rejected, duplicates, corrected, deleted, rows_kept
from {{ ref('int_pql__intake') }}
where rows_in <> rows_rejected + duplicates + corrected + deleted + rows_kept
