"""How long it takes from rows that land to the row of a firing, in a resident process."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from benchmark.history import History
from benchmark.resident import ResidentProject
from pql.console import new_table

_BATCH_ROWS = 1_000
_BATCHES = 5


@dataclass(frozen=True)
class Landing:
    """One batch of rows, and what the lane made of it."""

    rows: int
    new_episodes: int
    seconds: float
    cpu_seconds: float


def run_landings(world: Path, folder: Path, show: Callable[[str], None]) -> list[Landing]:
    """Builds all days but the last, then lets batches land and runs the lane after each."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    project = ResidentProject(folder)
    history = History(world, project.raw)
    _, last = history.first_and_last_load()
    show("Building all days but the last")
    history.load_until(last - timedelta(days=1))
    project.build()
    landings, episodes = [], 0
    # The first run is no landing: it shows what was there before.
    for number in range(_BATCHES + 1):
        show(f"Batch {number} of {_BATCHES}")
        rows = history.load_more(_BATCH_ROWS) if number else 0
        began, began_cpu = time.perf_counter(), time.process_time()
        project.run_lane(last)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
        found, episodes = project.episodes() - episodes, project.episodes()
        landings.append(Landing(rows, found, seconds, cpu_seconds))
    return landings[1:]


def print_landings(console: Console, landings: list[Landing]) -> None:
    """Every batch."""
    table = new_table()
    for heading in ("New rows", "New episodes", "Seconds", "CPU seconds"):
        table.add_column(heading, justify="right")
    for landing in landings:
        table.add_row(
            f"{landing.rows:,}",
            f"{landing.new_episodes:,}",
            f"{landing.seconds:.2f}",
            f"{landing.cpu_seconds:.2f}",
        )
    console.print(table)
