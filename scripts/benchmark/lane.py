"""How long it takes from rows that land to the row of a firing, in a resident process."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmark.history import History
from benchmark.measurement import machine
from benchmark.resident import ResidentProject
from benchmark.worlds import Size
from pql.console import new_table

_BATCH_ROWS = 1_000
_BATCHES = 7
# At most so long from rows that land to the row of their firing, after a history of each size.
_TARGET_SECONDS = {"small": 3, "default": 3, "large": 5, "full": 5}


@dataclass(frozen=True)
class Landing:
    """One batch of rows, and what the lane made of it."""

    rows: int
    new_episodes: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Landings:
    """All batches that landed after a history."""

    size: Size
    staged_events: int
    # The mean number of processes that wanted a core in the minute before the last batch.
    load: float
    landings: list[Landing]

    @property
    def seconds(self) -> float:
        """The median of the batches."""
        return median(landing.seconds for landing in self.landings)

    @property
    def target_seconds(self) -> int:
        """What the median may be."""
        return _TARGET_SECONDS[self.size.name]

    @property
    def is_fast(self) -> bool:
        """Does the lane keep to its target?"""
        return self.seconds <= self.target_seconds

    @property
    def verdict(self) -> str:
        """The figure that counts beside its target, in one sentence."""
        return (
            f"{'Within' if self.is_fast else 'Missed'} the target: {self.seconds:.2f} s from rows "
            f"that land to the row of their firing, at most {self.target_seconds} s wanted "
            f"after {self.staged_events:,} events."
        )


def run_landings(size: Size, world: Path, folder: Path, show: Callable[[str], None]) -> Landings:
    """Builds all days but the last, then lets batches land and runs the lane after each."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    project = ResidentProject(folder)
    history = History(world, project.raw)
    _, last = history.first_and_last_load()
    show("Building all days but the last")
    staged_events = history.load_until(last - timedelta(days=1))
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
    return Landings(size, staged_events, os.getloadavg()[0], landings[1:])


def print_landings(console: Console, landings: Landings) -> None:
    """Every batch, the median and the worst, on what machine, and what follows."""
    table = new_table()
    for heading in ("Batch", "New rows", "New episodes", "Seconds", "CPU seconds"):
        table.add_column(heading, justify="left" if heading == "Batch" else "right")
    for number, landing in enumerate(landings.landings, start=1):
        counts = f"{landing.rows:,}", f"{landing.new_episodes:,}"
        table.add_row(str(number), *counts, *_figures(landing.seconds, landing.cpu_seconds))
    for name, of in (("median", median), ("worst", max)):
        table.add_row(name, "", "", *_figures(
            of(landing.seconds for landing in landings.landings),
            of(landing.cpu_seconds for landing in landings.landings),
        ))  # fmt: skip
    console.print(table)
    console.print(f"On {machine()}, with a load of {landings.load:.1f} at the end.")
    console.print(landings.verdict)


def _figures(*seconds: float) -> list[str]:
    return [f"{figure:.2f}" for figure in seconds]
