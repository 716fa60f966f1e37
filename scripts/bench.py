"""Measures what a build costs, on rows that are simulated once and kept below target/bench."""

import shutil

import click

from benchmark import project_build
from benchmark.measurement import measure
from benchmark.report import print_steps
from benchmark.worlds import SCRATCH, SIZES, simulated
from pql.console import open_console


@click.group(help=__doc__)
def bench() -> None:
    """Each subcommand measures one thing."""


_SIZES = "; ".join(f"{size.name}: {size.events:,} events" for size in SIZES.values())


@bench.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="default", help=_SIZES)
def compare(size: str) -> None:
    """A full build, model by model."""
    console = open_console()
    raw = simulated(SIZES[size], console)
    folder = SCRATCH / f"{size}_build"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with console.status("Building") as status:
        built = measure(project_build.build, raw, folder, show=status.update)
    print_steps(console, f"{SIZES[size].events:,} events", built)


if __name__ == "__main__":
    bench()
