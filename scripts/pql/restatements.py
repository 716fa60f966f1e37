"""What runs said of the past that turned out to be otherwise, run by run, as a table."""

from rich.console import Console

from pql.console import new_table, printable
from pql.instants import instant_text
from pql.marts import Marts

# Of the many intervals of a user the first one with another status or score tells the story.
_LATEST = """
    select distinct on (run_at, run_id, user_id)
        *,
        count(*) over (partition by run_id, user_id) as intervals
    from marts.pql_restatements
    where model_id = ?
    order by
        run_at desc,
        run_id,
        user_id,
        said_status is not distinct from status and said_score is not distinct from score,
        valid_from
    limit ?
"""


def print_restatements(console: Console, marts: Marts, model_id: str, limit: int) -> None:
    """The latest restatements of a model, one line a run and user."""
    rows = marts.rows(_LATEST, model_id, limit)
    if not rows:
        console.print(f"No run has changed what an earlier one said under {model_id}.")
        return
    table = new_table()
    for heading in ("Run (UTC)", "Who", "From (UTC)", "Said", "Now", "Intervals", "Cause"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            instant_text(row["run_at"].replace(microsecond=0)),
            printable(row["user_id"]),
            instant_text(row["valid_from"].replace(microsecond=0)),
            _state(row["said_status"], row["said_score"]),
            _state(row["status"], row["score"]),
            str(row["intervals"]),
            printable(row["cause"]),
        )
    console.print(table)


def _state(status: str | None, score: int | None) -> str:
    return "no row" if status is None else f"{status}, {score}"
