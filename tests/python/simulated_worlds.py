"""Worlds of the simulator after the models have read them."""

from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from dbt_builds import WITHOUT_TESTS, invoke_dbt
from rows_and_answers import PROJECT

from generate_seed_data import main


@dataclass(frozen=True)
class SimulatedWorld:
    """Raw rows and truth in `raw`, everything built of them in `database`."""

    raw: Path
    database: Path


def simulate(raw: Path, *options: str) -> None:
    """Writes the raw rows of a world."""
    simulated = CliRunner().invoke(main, [*options, "--out", str(raw)])
    assert simulated.exit_code == 0, simulated.output


def build_world(folder: Path, *options: str) -> SimulatedWorld:
    """Simulates a world and builds all models on it, the evaluation included."""
    simulate(folder / "raw", *options)
    invoke_dbt(PROJECT, folder, "build", *WITHOUT_TESTS, raw=folder / "raw")
    return SimulatedWorld(folder / "raw", folder / "warehouse.duckdb")
