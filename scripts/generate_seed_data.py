"""Simulate a product whose truth is known: raw tables, and each user's true chance to buy."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from click.core import ParameterSource
from rich.console import Console

from pql.console import UserError, open_console
from pql.project import PROJECT, shown
from simulator.demo import write_demo
from simulator.output import write_world
from simulator.settings import Settings
from simulator.simulation import filler_for
from simulator.worlds import WORLDS

_WORLDS = "\n".join(f"  {world.name}: {world.summary}" for world in WORLDS.values())


@click.command(
    help=f"{__doc__}\n\n\b\nWorlds:\n{_WORLDS}",
    context_settings={"show_default": True},
)
@click.option("--users", type=click.IntRange(1, 10_000_000), default=20_000)
@click.option("--days", type=click.IntRange(14, 730), default=180, help="Length of the data.")
@click.option("--seed", type=click.IntRange(0), default=1, help="The same seed, the same bytes.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), default="2026-01-05", help="First day.")
@click.option(
    "--growth",
    type=click.FloatRange(-0.9, 5),
    default=0.0,
    help="How much the signups of a day grow in 30 days; 0.1 is 10 %.",
)
@click.option("--world", type=click.Choice(list(WORLDS)), default="standard")
@click.option(
    "--events",
    type=click.IntRange(1),
    help="About how many events in all: sessions stay, what fills them is thinned or thickened.",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that is empty or does not exist yet; with --demo: seeds/demo unless given.",
)
@click.option(
    "--demo",
    is_flag=True,
    help="Write the demo's CSV files: the personas, then a small simulated crowd.",
)
@click.option(
    "--personas",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --demo: the folder of the hand-written files, seeds/personas unless given.",
)
@click.pass_context
def main(
    context: click.Context,
    users: int,
    days: int,
    seed: int,
    start: datetime,
    growth: float,
    world: str,
    events: int | None,
    folder: Path | None,
    demo: bool,
    personas: Path | None,
) -> None:
    console = open_console()
    if demo:
        _refuse(context, "the demo has a size of its own", "users", "days", "start", "events")
        _refuse(context, "the demo shows the standard world", "growth", "world")
        _write_demo(
            seed,
            personas or PROJECT / "seeds" / "personas",
            folder or PROJECT / "seeds" / "demo",
            console,
        )
        return
    _refuse(context, "it belongs to --demo", "personas")
    if folder is None:
        raise UserError("--out is missing: name a folder for the raw tables.")
    if folder.exists() and any(folder.iterdir()):
        raise UserError(f"{shown(folder)} is not empty: name another folder, or empty it first.")
    settings = Settings(users, days, seed, start.date(), growth, WORLDS[world])
    if events is not None:
        settings = replace(settings, filler=filler_for(settings, events))
    try:
        written = write_world(folder, settings, console)
    except OSError as error:
        raise UserError(f"{shown(folder)} cannot be written: {error.strerror}.") from error
    console.print(
        f"{written:,} rows of events by {users:,} users in {days} days: {shown(folder)}",
        soft_wrap=True,
    )


def _refuse(context: click.Context, why: str, *names: str) -> None:
    for name in names:
        if context.get_parameter_source(name) == ParameterSource.COMMANDLINE:
            raise UserError(f"--{name} cannot be used here: {why}.")


def _write_demo(seed: int, personas: Path, folder: Path, console: Console) -> None:
    size = write_demo(seed, personas, folder)
    console.print(f"{size / 1e6:.1f} MB of demo data: {shown(folder)}", soft_wrap=True)


if __name__ == "__main__":
    main()
