"""Time and memory of work that runs in a process of its own, and the machine it runs on."""

import multiprocessing
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import click

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Cost:
    seconds: float
    cpu_seconds: float
    # Highest resident memory of the process meanwhile, with all that the engine keeps cached.
    peak_bytes: int


@dataclass(frozen=True)
class Step:
    """One piece of the work: a model, or a statement."""

    name: str
    cost: Cost


@dataclass(frozen=True)
class Measured:
    """A whole process, and the steps it took."""

    steps: list[Step]
    whole: Cost


def together(steps: list[Step]) -> Cost:
    """Of steps one after the other."""
    return Cost(
        sum(step.cost.seconds for step in steps),
        sum(step.cost.cpu_seconds for step in steps),
        max((step.cost.peak_bytes for step in steps), default=0),
    )


@dataclass(frozen=True)
class Memory:
    """The machine that is played: DuckDB takes as much of it as it would by itself."""

    gigabytes: int

    @property
    def for_duckdb(self) -> str:
        return f"{self.gigabytes * 800} MB"

    def require(self, measured: Measured) -> None:
        """Stops where a process took more than all of it."""
        for step in measured.steps:
            if step.cost.peak_bytes > self.gigabytes * 1_000_000_000:
                raise click.ClickException(
                    f"{step.name} took {step.cost.peak_bytes / 1_000_000_000:.2f} GB of memory, "
                    f"more than the {self.gigabytes} GB of the machine that is played."
                )


class Meter:
    """Measures step after step inside the process that does the work."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.steps: list[Step] = []
        self._tell = tell

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.begin(name)
        yield
        self.end()

    def begin(self, name: str) -> None:
        self._tell(name)
        _forget_peak()
        self._name, self._wall, self._cpu = name, time.perf_counter(), time.process_time()

    def end(self) -> None:
        seconds = time.perf_counter() - self._wall
        cpu_seconds = time.process_time() - self._cpu
        self.steps.append(Step(self._name, Cost(seconds, cpu_seconds, _peak_bytes())))


def _forget_peak() -> None:
    """Linux then notes the highest memory anew."""
    if _CLEAR.exists():
        _CLEAR.write_text("5")


def _peak_bytes() -> int:
    """Highest resident memory since it was last forgotten; 0 where no /proc tells it."""
    if not _STATUS.exists():
        return 0
    lines = _STATUS.read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


# What is measured: it gets a meter and its arguments.
Work = Callable[..., None]


def measure(work: Work, *arguments: Any, show: Callable[[str], None]) -> Measured:
    """Runs the work in a new process; `show` is told the name of each step as it begins."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, work, arguments))
    began = time.perf_counter()
    process.start()
    sender.close()
    try:
        while isinstance(message := receiver.recv(), str):
            show(message)
    except EOFError:
        process.join()
        raise click.ClickException(
            f"{work.__module__} stopped with code {process.exitcode}; why, it said above."
        ) from None
    process.join()
    steps, cpu_seconds = message
    seconds = time.perf_counter() - began
    return Measured(steps, Cost(seconds, cpu_seconds, together(steps).peak_bytes))


def _run(sender: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    meter = Meter(sender.send)
    work(meter, *arguments)
    sender.send((meter.steps, time.process_time()))


def machine() -> str:
    """Processor and memory, as far as the system tells."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {(models or [platform.machine()])[0]}, {memory:.0f} GB"
