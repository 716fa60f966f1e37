"""Measures what a build costs, on rows that are simulated once and kept below target/bench."""

import click

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


@bench.command("compare")
@click.option("--size", type=click.Choice(list(SIZES)), default="default", help=_SIZES)
@click.option(
    "--memory",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Gigabytes of the machine that is played.",
)
@click.option("--write", is_flag=True, help="Write the figures into docs/benchmark.md as well.")
def compare_ways(size: str, memory: int, write: bool) -> None:
    """A full build, model by model, beside one script of SQL that makes the same tables."""
    console = open_console()
    comparison = compare(SIZES[size], Memory(memory), console)
    print_report(console, comparison)
    if write:
        # Drawing takes seconds to import.
        from benchmark.page import write_page

        for path in write_page(comparison):
            console.print(f"Wrote {shown(path)}.")
    if not comparison.is_equal:
        raise SystemExit(1)


@bench.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="default", help=_SIZES)
def increments(size: str) -> None:
    """What a batch and a day of new rows cost after a history, and a run with nothing new."""
    console = open_console()
    raw = simulated(SIZES[size], console)
    with console.status("Starting") as status:
        measured = run_increments(raw, SCRATCH / f"{size}_increments", status.update)
    print_increments(console, measured)


@bench.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="default", help=_SIZES)
def lane(size: str) -> None:
    """From rows that land to the row of a firing: the hot lane after a history."""
    console = open_console()
    raw = simulated(SIZES[size], console)
    with console.status("Starting") as status:
        landings = run_landings(SIZES[size], raw, SCRATCH / f"{size}_lane", status.update)
    print_landings(console, landings)
    if not landings.is_fast:
        raise SystemExit(1)


if __name__ == "__main__":
    bench()
