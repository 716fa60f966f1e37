"""dbt inside this process, on any copy of the project, any raw folder and any database."""

import os
from pathlib import Path
from typing import Any

import pytest


def invoke_dbt(project: Path, scratch: Path, *arguments: str, raw: Path | None = None) -> Any:
    """Run dbt on `scratch/warehouse.duckdb`; returns what dbt says of each node."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    environment = {
        "PQL_DB": str(scratch / "warehouse.duckdb"),
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
        outcome = dbtRunner().invoke([*arguments, "--quiet", "--profiles-dir", os.curdir])
        # dbt-duckdb keeps the file open, and nobody else could open it.
        DuckDBConnectionManager.close_all_connections()
    assert outcome.success, outcome.exception or [
        f"{result.node.name}: {result.message}"
        for result in outcome.result.results
        if result.status not in ("success", "pass", "no-op")
    ]
    return outcome.result.results


def build_models(project: Path, scratch: Path, *arguments: str, raw: Path | None = None) -> Path:
    """Build seeds and models without their tests; returns the database."""
    untested = ("--exclude-resource-type", "test", "unit_test")
    invoke_dbt(project, scratch, "build", *untested, *arguments, raw=raw)
    return scratch / "warehouse.duckdb"
