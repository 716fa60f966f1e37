"""What new rows cost after a short and after a long history."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmark.history import History
from benchmark.resident import ResidentProject

_BATCH_ROWS = 1_000
_BATCHES = 3
_SHORT_HISTORY = timedelta(days=60)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Run:
    """One build of the project in the resident process."""

    name: str
    rows: int
    seconds: float
    cpu_seconds: float
    # The part of all events that is owned by users, accounts and domains that the run built anew.
    share_of_touched: float


@dataclass(frozen=True)
class Increments:
    """All runs, in order, and what they say."""

    short: Run
    short_batches: list[Run]
    full: Run
    batches: list[Run]
    day: Run
    nothing: Run

    @property
    def runs(self) -> list[Run]:
        return [self.short, *self.short_batches, self.full, *self.batches, self.day, self.nothing]

    @property
    def cost_of_a_day(self) -> float:
        """Share of a full build's time, per share of the events that are read again."""
        return self.day.seconds / self.full.seconds / self.day.share_of_touched

    @property
    def growth_of_a_batch(self) -> float:
        """How many times longer a batch takes after the long history than after the short one."""
        after_long = median(run.seconds for run in self.batches)
        return after_long / median(run.seconds for run in self.short_batches)


def run_increments(world: Path, folder: Path, show: Callable[[str], None]) -> Increments:
    """Builds 60 days, and all days but the last, each with batches of rows after them."""
    shutil.rmtree(folder, ignore_errors=True)
    short = _Growing(world, folder / "short", show)
    short_full = short.build("60 days", short.history.load_until(short.first + _SHORT_HISTORY))
    short_batches = [short.build_batch("60 days") for _ in range(_BATCHES)]
    long = _Growing(world, folder / "long", show)
    return Increments(
        short=short_full,
        short_batches=short_batches,
        full=long.build("179 days", long.history.load_until(long.last - _DAY)),
        batches=[long.build_batch("179 days") for _ in range(_BATCHES)],
        day=long.build("179 days, then the rest of a day", long.history.load_until(long.last)),
        nothing=long.build("180 days, then nothing new", 0),
    )


class _Growing:
    """A history, and the project built over it."""

    def __init__(self, world: Path, folder: Path, show: Callable[[str], None]) -> None:
        folder.mkdir(parents=True)
        self._project, self._show = ResidentProject(folder), show
        self.history = History(world, self._project.raw)
        self.first, self.last = self.history.first_and_last_load()

    def build_batch(self, name: str) -> Run:
        return self.build(f"{name}, then a batch", self.history.load_more(_BATCH_ROWS))

    def build(self, name: str, rows: int) -> Run:
        self._show(name)
        began, began_cpu = time.perf_counter(), time.process_time()
        is_built = self._project.build()
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
        share_of_touched = self._project.share_of_touched() if is_built else 0
        return Run(name, rows, seconds, cpu_seconds, share_of_touched)
