"""The figures as tables, for a screen and for a page."""

from rich.console import Console

from benchmark.comparison import Comparison
from benchmark.measurement import Cost, Measured, together
from pql.console import new_table

HEADINGS = ("Seconds", "CPU seconds", "Peak memory")
Rows = list[tuple[str, Cost]]


def slowest(measured: Measured, count: int) -> Rows:
    """The steps that keep the processor busiest, then all others in one row."""
    steps = sorted(measured.steps, key=lambda step: step.cost.cpu_seconds, reverse=True)
    rows = [(step.name, step.cost) for step in steps[:count]]
    others = steps[count:]
    return [*rows, (f"{len(others)} others", together(others))] if others else rows


def figures(cost: Cost) -> tuple[str, str, str]:
    return f"{cost.seconds:.2f}", f"{cost.cpu_seconds:.2f}", f"{cost.peak_bytes / 1e9:.2f} GB"


def equality(comparison: Comparison) -> str:
    """Do both have the same rows?"""
    if comparison.is_equal:
        rows = ", ".join(f"{rows:,} {table}" for table, (rows, _) in comparison.tables.items())
        return f"Both have the same rows: {rows}."
    different = ", ".join(
        f"{different:,} of {table}" for table, (_, different) in comparison.tables.items()
    )
    return f"They differ. Rows on one side only: {different}."


def print_report(console: Console, comparison: Comparison) -> None:
    size = comparison.size
    console.print(f"{size.events:,} events by {size.users:,} users", end="\n\n")
    _print_table(console, "Models", slowest(comparison.models, 15))
    _print_table(console, "SQL by hand", slowest(comparison.script, 8))
    _print_table(console, "Together", list(comparison.ways.items()))
    console.print(comparison.verdict)
    console.print(equality(comparison))


def _print_table(console: Console, title: str, rows: Rows) -> None:
    table = new_table()
    table.add_column(title, overflow="fold")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for name, cost in rows:
        table.add_row(name, *figures(cost))
    console.print(table)
    console.print()
