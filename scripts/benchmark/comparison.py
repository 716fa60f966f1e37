"""Models and script on the same rows: what each costs, and whether they agree."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.status import Status

from benchmark import by_hand, project_build
from benchmark.equality import rows_and_differences
from benchmark.measurement import Cost, Measured, Memory, measure, together
from benchmark.worlds import SCRATCH, Size, simulated


@dataclass(frozen=True)
class Round:
    """Both ways, one right after the other."""

    models: Measured
    script: Measured

    @property
    def ratio(self) -> float:
        """How many times as long the models take as the script."""
        return together(self.models.steps).seconds / together(self.script.steps).seconds


@dataclass(frozen=True)
class Comparison:
    size: Size
    memory: Memory
    # How many processes wanted the machine before the first of ours began.
    load: float
    rounds: list[Round]
    # For each table its rows, and how many of them stand on one side only.
    tables: dict[str, tuple[int, int]]

    @property
    def is_equal(self) -> bool:
        return not any(different for _, different in self.tables.values())

    @property
    def _middle(self) -> Round:
        """What is shown of all rounds: the one with the median ratio."""
        return sorted(self.rounds, key=lambda each: each.ratio)[len(self.rounds) // 2]

    @property
    def models(self) -> Measured:
        return self._middle.models

    @property
    def script(self) -> Measured:
        return self._middle.script

    @property
    def ways(self) -> dict[str, Cost]:
        return {
            f"dbt: {len(self.models.steps)} models and seeds": together(self.models.steps),
            "dbt: the whole process": self.models.whole,
            "SQL by hand: its statements": together(self.script.steps),
            "SQL by hand: the whole process": self.script.whole,
        }

    @property
    def verdict(self) -> str:
        models, script = together(self.models.steps), together(self.script.steps)
        whole = self.models.whole.seconds / self.script.whole.seconds
        ratios = ", ".join(f"{each.ratio:.1f}" for each in self.rounds)
        return (
            f"The models take {self._middle.ratio:.1f} times as long as the SQL by "
            f"hand, and {models.cpu_seconds / script.cpu_seconds:.1f} times its processor time; "
            f"as whole processes {whole:.1f} times as long. "
            f"Round by round: {ratios} times as long; the figures are those of the median."
        )


def compare(size: Size, memory: Memory, rounds: int, console: Console) -> Comparison:
    raw = simulated(size, console)
    folder = SCRATCH / f"{size.name}_build"
    script = folder / "by_hand.duckdb"
    load = os.getloadavg()[0]
    with console.status("Starting") as status:
        measured = [_measure_round(raw, folder, script, memory, status) for _ in range(rounds)]
        status.update("Comparing the tables")
        tables = rows_and_differences(folder / "warehouse.duckdb", script)
    return Comparison(size, memory, load, measured, tables)


def _measure_round(raw: Path, folder: Path, script: Path, memory: Memory, status: Status) -> Round:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    script_run = measure(by_hand.build, raw, script, memory, show=status.update)
    memory.require(script_run)
    models_run = measure(project_build.build, raw, folder, memory, show=status.update)
    memory.require(models_run)
    return Round(models_run, script_run)
