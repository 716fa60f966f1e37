"""What new rows cost, as a table that fits a screen."""

import os

from rich.console import Console

from benchmark.increments import Increments
from benchmark.measurement import machine
from pql.console import new_table


def print_increments(console: Console, increments: Increments) -> None:
    """Every run, and its time relative to all rows and to the length of the history."""
    table = new_table()
    table.add_column("Run", overflow="fold")
    for heading in ("New rows", "Of touched", "Seconds", "CPU seconds"):
        table.add_column(heading, justify="right")
    for run in increments.runs:
        table.add_row(
            run.name,
            f"{run.rows:,}",
            f"{run.share_of_touched:.1%}",
            f"{run.seconds:.2f}",
            f"{run.cpu_seconds:.2f}",
        )
    console.print(table)
    console.print()
    day, full = increments.day, increments.full
    console.print(
        f"A day takes {day.seconds / full.seconds:.1%} of the time of the full build; those whom "
        f"it touches own {day.share_of_touched:.1%} of the events: {increments.cost_of_a_day:.2f} "
        "times its share."
    )
    console.print(
        "After 179 days a batch takes "
        f"{increments.growth_of_a_batch:.2f} times as long as after 60."
    )
    console.print(f"Nothing new is seen in {increments.nothing.seconds:.2f} s; at most 3 s wanted.")
    console.print(f"On {machine()}, with a load of {os.getloadavg()[0]:.1f} at the end.")
