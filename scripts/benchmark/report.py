"""The figures as tables that fit a screen."""

from rich.console import Console
from rich.table import Table

from benchmark.measurement import Measured
from pql.console import new_table


def print_steps(console: Console, title: str, measured: Measured, shown: int) -> None:
    """The slowest steps, and all others together."""
    slowest = sorted(measured.steps, key=lambda step: step.seconds, reverse=True)
    table = _table(title)
    for step in slowest[:shown]:
        _add(table, step.name, step.seconds, step.cpu_seconds, step.peak_bytes)
    if others := slowest[shown:]:
        _add(
            table,
            f"{len(others)} others",
            sum(step.seconds for step in others),
            sum(step.cpu_seconds for step in others),
            max(step.peak_bytes for step in others),
        )
    console.print(table)
    console.print()


def print_comparison(console: Console, models: Measured, script: Measured) -> None:
    """Both ways side by side, and how many times more the models take."""
    table = _table("Both")
    for way, run in (("Models", models), ("Script by hand", script)):
        _add(
            table,
            f"{way}: its steps",
            run.seconds_in_steps,
            run.cpu_seconds_in_steps,
            run.peak_bytes,
        )
        _add(table, f"{way}: the whole process", run.seconds, run.cpu_seconds, run.peak_bytes)
    console.print(table)
    console.print()
    wall = models.seconds_in_steps / script.seconds_in_steps
    whole = models.seconds / script.seconds
    processor = models.cpu_seconds_in_steps / script.cpu_seconds_in_steps
    console.print(
        f"The models take {wall:.1f} times as long as the script ({whole:.1f} times as whole "
        f"processes), and {processor:.1f} times its processor time."
    )


def print_differences(console: Console, differences: dict[str, tuple[int, int]]) -> bool:
    """Whether the tables are the same, with their sizes."""
    if different := {table: found for table, (_, found) in differences.items() if found}:
        for table, found in different.items():
            console.print(f"{table}: {found:,} rows stand on one side only.", style="red")
        return False
    sizes = ", ".join(f"{rows:,} {table}" for table, (rows, _) in differences.items())
    console.print(f"Both have the same rows: {sizes}.")
    return True


def _table(title: str) -> Table:
    table = new_table()
    table.add_column(title, overflow="fold")
    for heading in ("Seconds", "CPU seconds", "Peak memory"):
        table.add_column(heading, justify="right")
    return table


def _add(table: Table, name: str, seconds: float, cpu_seconds: float, peak_bytes: int) -> None:
    table.add_row(name, f"{seconds:.2f}", f"{cpu_seconds:.2f}", f"{peak_bytes / 1e9:.2f} GB")
