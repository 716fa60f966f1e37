"""Fixtures that ask the oracle about raw rows, and a demo that dbt has built."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from input_states import write_raw_folder
from rows_and_answers import NOW, PROJECT, RULES

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
def run_dbt(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Runs dbt on the demo in this process: run_dbt(database, "build", pql_as_of=...)."""
    scratch = tmp_path_factory.mktemp("dbt")
    options = ["--quiet", "--profiles-dir", str(PROJECT)]
    options += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]

    def run(database: Path, *arguments: str, **variables: object) -> None:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        environment = {
            "PQL_DB": str(database),
            "PQL_SCHEMA": "pql",
            "PQL_TARGET": "dev",
            "PQL_RAW_DIR": "",
            "PQL_RULES_DIR": "seeds/rules",
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(PROJECT)
            for name, value in environment.items():
                patch.setenv(name, value)
            outcome = dbtRunner().invoke(
                [
                    *arguments,
                    *("--quiet", "--vars", json.dumps(variables), "--profiles-dir", str(PROJECT)),
                    *(
                        "--target-path",
                        str(scratch / "target"),
                        "--log-path",
                        str(scratch / "logs"),
                    ),
                ]
            )
            # dbt-duckdb keeps the file open, and nobody else could open it.
            DuckDBConnectionManager.close_all_connections()
        assert outcome.success, outcome.exception or [
            f"{result.node.name}: {result.message}"
            for result in outcome.result.results
            if result.status not in ("success", "pass", "no-op")
        ]

    return run


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory, run_dbt: Callable[..., None]) -> Path:
    """The working database of the demo, built once for all tests. Copy it before writing to it."""
    database = tmp_path_factory.mktemp("demo") / "warehouse.duckdb"
    run_dbt(database, "build", "--exclude-resource-type", "unit_test", "test")
    return database
