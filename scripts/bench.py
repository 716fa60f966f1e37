"""Measures what a build costs, on rows that are simulated once and kept below target/bench."""

from pathlib import Path

import click
from rich.console import Console

from benchmark.comparison import compare
from benchmark.increments import run_increments
from benchmark.increments_report import print_increments
from benchmark.lane import print_landings, run_landings
from benchmark.measurement import Memory
from benchmark.report import print_report
from benchmark.worlds import SCRATCH, SIZES, simulated
from pql.console import open_console
from pql.project import shown


@click.group(help=__doc__)
def bench() -> None:
    """Each subcommand measures one thing."""


_SIZES = "; ".join(f"{size.name}: {size.events:,} events" for size in SIZES.values())
_SIZE = click.option("--size", type=click.Choice(list(SIZES)), default="default", help=_SIZES)
_WRITE = click.option(
    "--write", is_flag=True, help="Write the figures into docs/benchmark.md as well."
)


@bench.command("compare")
@_SIZE
@click.option(
    "--memory",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Gigabytes of the machine that is played.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="How often both ways are measured; the round with the median ratio is shown.",
)
@_WRITE
def compare_ways(size: str, memory: int, rounds: int, write: bool) -> None:
    """A full build, model by model, beside one script of SQL that makes the same tables."""
    console = open_console()
    comparison = compare(SIZES[size], Memory(memory), rounds, console)
    print_report(console, comparison)
    if write:
        # Drawing takes seconds to import.
        from benchmark.page import write_page

        _name_files(console, write_page(comparison))
    if not comparison.is_equal:
        raise SystemExit(1)


@bench.command()
@_SIZE
@_WRITE
def increments(size: str, write: bool) -> None:
    """What a batch and a day of new rows cost after a history, and a run with nothing new."""
    console = open_console(record=True)
    raw = simulated(SIZES[size], console)
    with console.status("Starting") as status:
        measured = run_increments(raw, SCRATCH / f"{size}_increments", status.update)
    console.export_text()
    print_increments(console, measured)
    if write:
        _write_printed(console, "bench-runs", size)


@bench.command()
@_SIZE
@_WRITE
def lane(size: str, write: bool) -> None:
    """From rows that land to the row of a firing: the hot lane after a history."""
    console = open_console(record=True)
    raw = simulated(SIZES[size], console)
    with console.status("Starting") as status:
        landings = run_landings(SIZES[size], raw, SCRATCH / f"{size}_lane", status.update)
    console.export_text()
    print_landings(console, landings)
    if write:
        _write_printed(console, "bench-lane", size)
    if not landings.is_fast:
        raise SystemExit(1)


def _write_printed(console: Console, command: str, size: str) -> None:
    """The figures as they were printed since the record was last emptied."""
    from benchmark.page import write_printed

    _name_files(console, write_printed(command, SIZES[size], console.export_text()))


def _name_files(console: Console, paths: list[Path]) -> None:
    for path in paths:
        console.print(f"Wrote {shown(path)}.")


if __name__ == "__main__":
    bench()
