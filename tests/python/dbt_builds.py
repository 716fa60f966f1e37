"""dbt inside this process, on any copy of the project, any raw folder and any database."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pql.dbt_run import forget_compiled

# What tests of data, and of models on rows made for that, say is asked elsewhere.
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "test")
# Reading the project takes longer than most of what tests ask of it: it is read once for these
# commands, whatever is said by vars that only running models ask for.
_RUNS = ("build", "run", "compile")
_ASKED_BY_RUNS = ("pql_as_of", "pql_known_at", "pql_default_model", "pql_hot_arrival_hours")


def invoke_dbt(
    project: Path,
    scratch: Path,
    *arguments: str,
    database: Path | None = None,
    raw: Path | None = None,
    on_event: Callable[[Any], None] = lambda event: None,
    **variables: object,
) -> Any:
    """Run dbt on a database, or `scratch/warehouse.duckdb`; returns what dbt says of each node."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    database = database or scratch / "warehouse.duckdb"
    environment = {
        "PQL_DB": str(database),
        "PQL_SCHEMA": "pql",
        "PQL_TARGET": "dev",
        "PQL_RAW_DIR": str(raw or ""),
        "PQL_RULES_DIR": "seeds/rules",
        "DBT_TARGET_PATH": str(scratch / "target"),
        "DBT_LOG_PATH": str(scratch / "logs"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        for name, value in environment.items():
            patch.setenv(name, value)
        manifest = None
        if arguments[0] in _RUNS:
            read = {name: variables[name] for name in variables if name not in _ASKED_BY_RUNS}
            known_by = (project, changed_at(project), database.stem, raw is not None)
            manifest = _read_project(known_by, json.dumps(read))
            forget_compiled(manifest)
            _forget_inline(manifest)
        outcome = dbtRunner(manifest, [on_event]).invoke(
            [*arguments, "--vars", json.dumps(variables), "--quiet", "--profiles-dir", "."]
        )
        # dbt-duckdb keeps the file open, and nobody else could open it.
        DuckDBConnectionManager.close_all_connections()
    results = getattr(outcome.result, "results", [])
    assert outcome.success, outcome.exception or [
        f"{result.node.name}: {result.message}"
        for result in results
        if result.status not in ("success", "pass", "no-op")
    ]
    return results


def changed_at(project: Path) -> float:
    """When what dbt reads of a project was changed last."""
    sources = [project / "dbt_project.yml"]
    for folder in ("models", "macros", "seeds", "tests/generic"):
        sources += (project / folder).rglob("*")
    return max(source.stat().st_mtime for source in sources)


@lru_cache(maxsize=8)
def _read_project(known_by: tuple[object, ...], variables: str) -> Any:
    """The project in the working directory."""
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner().invoke(["parse", "--vars", variables, "--quiet", "--profiles-dir", "."])
    assert outcome.success, outcome.exception
    return outcome.result


def _forget_inline(manifest: Any) -> None:
    """Lets a query be given inline again: dbt forgets the one before only when that compiled."""
    for unique_id in [name for name in manifest.nodes if name.startswith("sql_operation.")]:
        del manifest.nodes[unique_id]


def build_models(project: Path, scratch: Path, *arguments: str, **options: Any) -> Path:
    """Build seeds and models of the scores without their tests; returns the database."""
    scores = ("--exclude", "tag:pql_evaluation")
    invoke_dbt(project, scratch, "build", *WITHOUT_TESTS, *scores, *arguments, **options)
    return scratch / "warehouse.duckdb"
