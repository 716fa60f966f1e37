"""Lists the alerts that are held and the latest that were sent; releases or discards held ones."""

from datetime import UTC, datetime

import click

from alerting.log import AlertLog, log_path, text
from pql.console import UserError, new_table, open_console, printable
from pql.project import shown

_LISTED = """
    select * from alerts where state in ('held', 'sending')
    union all
    select * from (select * from alerts where state = 'sent' order by sent_at desc limit 10)
    order by state, respond_by_at, key
"""


@click.command(help=__doc__)
@click.option(
    "--release",
    help="Key of a held alert, its first letters, or all: sent in spite of a broken feed.",
)
@click.option("--discard", help="The same: never sent.")
def alerts(release: str | None, discard: str | None) -> None:
    """Changes what is asked for, then lists."""
    if not log_path().is_file():
        raise UserError(f"There is no log {shown(log_path())} yet; run `make watch` first.")
    log, console = AlertLog(log_path()), open_console()
    if release:
        count = _change(log, release, "is_released = 1")
        console.print(f"Released {count} alerts; the next cycle of the watch sends them.")
    if discard:
        count = _change(log, discard, "state = 'discarded', reason = 'by hand'")
        console.print(f"Discarded {count} alerts.")
    for incident in log.rows("select * from incidents where ended_at is null"):
        console.print(f"Since {incident['began_at'][:16]} UTC: {incident['findings']}")
    _list(log)
    log.close()


def _change(log: AlertLog, which: str, change: str) -> int:
    with log.transaction():
        count = log.write(
            f"update alerts set {change} where state = 'held' and (? = 'all' or key like ? || '%')",
            *(which, which),
        )
    if not count:
        raise UserError(f"No held alert has the key {which}; `make alerts` lists them.")
    return count


def _list(log: AlertLog) -> None:
    table = new_table(f"Alerts at {(text(datetime.now(UTC)) or '')[:16]} UTC")
    for heading in ("Key", "State", "Trigger", "Who", "Lane", "Answer by"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Key", "State"))
    for row in log.rows(_LISTED):
        state = f"{row['state']} {row['reason'] or ''}".strip()
        cells = (row["key"][:8], state, row["trigger_id"], row["subject_id"], row["lane"])
        table.add_row(*map(printable, cells), row["respond_by_at"][:16])
    open_console().print(table)


if __name__ == "__main__":
    alerts()
