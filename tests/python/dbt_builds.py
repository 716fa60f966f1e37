"""dbt inside this process, on any copy of the project, any raw folder and any database."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pql.dbt_run import forget_compiled

# What tests of data, and of models on rows made for that, say is asked elsewhere.
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "test")


def invoke_dbt(
    project: Path,
    scratch: Path,
    *arguments: str,
    database: Path | None = None,
    raw: Path | None = None,
    on_event: Callable[[Any], None] = lambda event: None,
    manifest: Any = None,
    **variables: object,
) -> Any:
    """Run dbt on a database, or `scratch/warehouse.duckdb`; returns what dbt says of each node.

    A project that is run often is read once: `parse` returns the manifest.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    if manifest is not None:
        forget_compiled(manifest)

    environment = {
        "PQL_DB": str(database or scratch / "warehouse.duckdb"),
        "PQL_SCHEMA": "pql",
        "PQL_TARGET": "dev",
        "PQL_RAW_DIR": str(raw or ""),
        "PQL_RULES_DIR": "seeds/rules",
        "DBT_TARGET_PATH": str(scratch / "target"),
        "DBT_LOG_PATH": str(scratch / "logs"),
    }
    given = ("--vars", json.dumps(variables)) if variables else ()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        for name, value in environment.items():
            patch.setenv(name, value)
        outcome = dbtRunner(manifest, [on_event]).invoke(
            [*arguments, *given, "--quiet", "--profiles-dir", "."]
        )
        # dbt-duckdb keeps the file open, and nobody else could open it.
        DuckDBConnectionManager.close_all_connections()
    results = getattr(outcome.result, "results", None)
    assert outcome.success, outcome.exception or [
        f"{result.node.name}: {result.message}"
        for result in results or []
        if result.status not in ("success", "pass", "no-op")
    ]
    return outcome.result if results is None else results


def build_models(project: Path, scratch: Path, *arguments: str, raw: Path | None = None) -> Path:
    """Build seeds and models of the scores without their tests; returns the database."""
    scores = ("--exclude", "tag:pql_evaluation")
    invoke_dbt(project, scratch, "build", *WITHOUT_TESTS, *scores, *arguments, raw=raw)
    return scratch / "warehouse.duckdb"
