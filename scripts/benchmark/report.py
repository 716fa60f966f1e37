"""The figures as tables that fit a screen."""

from rich.console import Console
from rich.table import Table

from benchmark.measurement import Measured, Step
from pql.console import new_table

_SHOWN = 25


def print_steps(console: Console, title: str, measured: Measured) -> None:
    """The slowest steps, and all others together."""
    slowest = sorted(measured.steps, key=lambda step: step.seconds, reverse=True)
    table = new_table(title)
    table.add_column("Step", overflow="fold")
    for heading in ("Seconds", "CPU seconds", "Peak memory"):
        table.add_column(heading, justify="right")
    for step in slowest[:_SHOWN]:
        _add(table, step.name, step.seconds, step.cpu_seconds, step.peak_bytes)
    if others := slowest[_SHOWN:]:
        _add(table, f"{len(others)} others", *_together(others))
    console.print(table)


def _together(steps: list[Step]) -> tuple[float, float, int]:
    return (
        sum(step.seconds for step in steps),
        sum(step.cpu_seconds for step in steps),
        max(step.peak_bytes for step in steps),
    )


def _add(table: Table, name: str, seconds: float, cpu_seconds: float, peak_bytes: int) -> None:
    table.add_row(name, f"{seconds:.2f}", f"{cpu_seconds:.2f}", f"{peak_bytes / 1e9:.2f} GB")
