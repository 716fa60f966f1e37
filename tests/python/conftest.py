"""Fixtures that ask the oracle about raw rows, and a demo that dbt has built."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dbt_builds import WITHOUT_TESTS, changed_at, invoke_dbt
from input_states import write_raw_folder
from rows_and_answers import NOW, PROJECT, RULES
from simulated_worlds import SimulatedWorld, build_world

from verification.contract import TABLES
from verification.oracle import Oracle
from verification.seeds import read_rules
from verification.settings import read_settings
from verification.sources import open_raw_folder


@pytest.fixture
def rules_folder(tmp_path: Path) -> Path:
    """A copy of the default rules, to change."""
    return shutil.copytree(RULES, tmp_path / "rules")


@pytest.fixture
def consult(tmp_path: Path):
    """Read raw rows and answer: consult(events=[...], users=[...], pql_known_at=...)."""

    def read(rules: Path = RULES, pql_as_of: object = f"{NOW.isoformat()}Z", **given) -> Oracle:
        tables = {name: rows for name, rows in given.items() if name in TABLES}
        variables = {name: value for name, value in given.items() if name.startswith("pql_")}
        folder = write_raw_folder(tmp_path / "raw", {"events": [], **tables})
        settings = read_settings(
            PROJECT / "dbt_project.yml", rules, {"pql_as_of": pql_as_of, **variables}
        )
        raw = open_raw_folder(folder, rules)
        return Oracle.consult(raw, read_rules(rules, settings.default_model), settings)

    return read


@pytest.fixture(scope="session")
def dbt_scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt leaves what it compiles and writes about the project."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture(scope="session")
def run_dbt(dbt_scratch: Path) -> Callable[..., Any]:
    """Runs dbt on the demo: run_dbt(database, "build", pql_as_of=...)."""

    def run(database: Path, *arguments: str, **variables: object) -> Any:
        return invoke_dbt(PROJECT, dbt_scratch, *arguments, database=database, **variables)

    return run


@pytest.fixture(scope="session")
def parsed(demo_database: Path, run_dbt: Callable[..., Any], dbt_scratch: Path) -> Path:
    """The folder in which dbt has noted what the project consists of."""
    run_dbt(demo_database, "parse")
    return dbt_scratch / "target"


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory, run_dbt: Callable[..., Any]) -> Path:
    """The working database of the demo, built once for all tests. Copy it before writing to it."""
    database = tmp_path_factory.mktemp("demo") / "warehouse.duckdb"
    if built := database_of_make_test():
        # Copied, since one process that writes would keep out the tests of every other.
        return Path(shutil.copy(built, database))
    run_dbt(database, "build", *WITHOUT_TESTS)
    return database


def database_of_make_test() -> Path | None:
    """What `make test-dbt` has built and verified, if nothing was changed since."""
    scratch = PROJECT / "target/check"
    database, verified = scratch / "warehouse.duckdb", scratch / "verified"
    if not verified.exists():
        return None
    built_at, verified_at = database.stat().st_mtime, verified.stat().st_mtime
    return database if changed_at(PROJECT) < built_at < verified_at else None


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], SimulatedWorld]:
    """Worlds of 20,000 users by name, each built once for all tests. Read them, never write."""
    worlds: dict[str, SimulatedWorld] = {}

    def world(name: str) -> SimulatedWorld:
        if name not in worlds:
            worlds[name] = build_world(tmp_path_factory.mktemp(name), "--world", name)
        return worlds[name]

    return world
