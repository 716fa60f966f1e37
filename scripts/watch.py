"""Keeps the hot lane up to date and tells people of new episodes, once.

Every cycle opens the database, brings the lane up to now, publishes to published/hot/, closes the
database and sends what is new to the channels of alerts.yml. Stop it with Ctrl-C, or kill it: what
was told is in the log, and the next watch goes on from there.
"""

import os
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from alerting.channels import DRY, read_settings, settings_path
from alerting.lane import ResidentLane
from alerting.log import AlertLog, log_path, sole_watcher
from alerting.watching import Watch
from pql.console import UserError, open_console
from pql.database import check_not_in_use
from pql.instants import parse_instant
from pql.project import database_path, profile_targets, shown
from pql.rule_files import folder_for_dbt, rules_folder, rules_vars


@click.command(help=__doc__)
@click.option("--raw", type=click.Path(path_type=Path), help="Folder with the raw tables.")
@click.option("--rules", type=click.Path(path_type=Path), help="Folder with the rule files.")
@click.option("--cycle", type=click.FloatRange(min=1), default=60, help="Seconds of a cycle.")
@click.option("--cycles", type=click.IntRange(min=1), help="Stop after so many.")
@click.option("--as-of", help="Watch this ISO instant instead of now.")
@click.option("--dry-run", is_flag=True, help="Print messages; send, record and publish nothing.")
def watch(
    raw: Path | None,
    rules: Path | None,
    cycle: float,
    cycles: int | None,
    as_of: str | None,
    dry_run: bool,
) -> None:
    """Checks what is given, then cycles."""
    fixed = parse_instant(as_of, "AS_OF") if as_of else None
    folder = rules_folder(rules)
    if profile_targets().get(os.environ.get("PQL_TARGET") or "dev") != "duckdb":
        raise UserError(
            "The watch keeps a DuckDB file; on Postgres schedule `dbt run --select tag:pql_hot`."
        )
    if raw and not raw.is_dir():
        raise UserError(f"There is no folder {shown(raw)}; give RAW= the folder of the raw tables.")
    if raw:
        os.environ["PQL_RAW_DIR"] = str(raw.resolve())
    os.environ["PQL_RULES_DIR"] = str(folder_for_dbt(folder))
    settings = DRY if dry_run else read_settings(settings_path())
    if not database_path().is_file():
        raise UserError(
            f"There is no database {shown(database_path())} yet; run `make build` first."
        )
    check_not_in_use(database_path())

    console = open_console()
    path = log_path()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with sole_watcher(path):
        console.print("Reading the project ...")
        lane = ResidentLane(rules_vars(folder))
        log = AlertLog(None if dry_run else path)
        watching = Watch(console, log, settings, lane.run, lambda: fixed or _now(), dry_run, cycle)
        count = 0
        while not stop.is_set():
            began = time.monotonic()
            watching.cycle()
            count += 1
            if count == cycles:
                break
            stop.wait(max(0.0, cycle - (time.monotonic() - began)))
        log.close()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


if __name__ == "__main__":
    watch()
