"""The raw rows to measure with: simulated once for each size, then kept."""

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

import simulator
from pql.project import PROJECT
from simulator.output import write_world
from simulator.settings import Settings
from simulator.simulation import filler_for

SCRATCH = PROJECT / "target" / "bench"
_DAYS = 180


@dataclass(frozen=True)
class Size:
    name: str
    users: int
    events: int


SIZES = {
    size.name: size
    for size in (
        Size("small", 10_000, 1_000_000),
        Size("default", 20_000, 2_000_000),
        Size("large", 144_000, 18_000_000),
        Size("full", 160_000, 20_000_000),
    )
}


def simulated(size: Size, console: Console) -> Path:
    """The folder of raw tables; made anew where the size or the simulator has changed."""
    folder = SCRATCH / f"{size.name}_{_version(size)}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        settings = Settings(size.users, _DAYS)
        settings = replace(settings, filler=filler_for(settings, size.events))
        write_world(unfinished, settings, console)
        unfinished.rename(folder)
    return folder


def _version(size: Size) -> str:
    digest = hashlib.sha256(repr(size).encode())
    for path in sorted(Path(simulator.__path__[0]).glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
