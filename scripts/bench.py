"""Measures what a build costs, on rows that are simulated once and kept below target/bench."""

import shutil

import click

from benchmark import by_hand, project_build
from benchmark.equality import rows_and_differences
from benchmark.measurement import Memory, measure
from benchmark.report import print_comparison, print_differences, print_steps
from benchmark.worlds import SCRATCH, SIZES, simulated
from pql.console import open_console


@click.group(help=__doc__)
def bench() -> None:
    """Each subcommand measures one thing."""


_SIZES = "; ".join(f"{size.name}: {size.events:,} events" for size in SIZES.values())


@bench.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="default", help=_SIZES)
@click.option(
    "--memory",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Gigabytes of the machine that is played.",
)
def compare(size: str, memory: int) -> None:
    """A full build, model by model, beside one script of SQL that makes the same tables."""
    console = open_console()
    raw = simulated(SIZES[size], console)
    folder = SCRATCH / f"{size}_build"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    script = folder / "by_hand.duckdb"
    with console.status("Starting") as status:
        limit = Memory(memory)
        script_run = measure(by_hand.build, raw, script, limit, show=status.update)
        models_run = measure(project_build.build, raw, folder, limit, show=status.update)
        status.update("Comparing the tables")
        differences = rows_and_differences(folder / "warehouse.duckdb", script)
    console.print(f"{SIZES[size].events:,} events by {SIZES[size].users:,} users")
    console.print()
    print_steps(console, "Models", models_run, shown=15)
    print_steps(console, "Script by hand", script_run, shown=8)
    print_comparison(console, models_run, script_run)
    if not print_differences(console, differences):
        raise SystemExit(1)


if __name__ == "__main__":
    bench()
