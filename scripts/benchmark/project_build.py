"""A full build of the compared tables by dbt: every seed and model a step."""

import os
from pathlib import Path
from typing import Any

import yaml

from benchmark.equality import TABLES
from benchmark.measurement import Memory, Meter
from pql.project import PROJECT


def build(meter: Meter, raw: Path, folder: Path, memory: Memory) -> None:
    """Builds without tests, one model at a time: time and memory are its own."""
    os.environ |= {
        "PQL_DB": str(folder / "warehouse.duckdb"),
        "PQL_RAW_DIR": str(raw),
        "PQL_RULES_DIR": "seeds/rules",
        "PQL_SCHEMA": "pql",
        "PQL_TARGET": "dev",
    }
    os.chdir(PROJECT)
    _write_profile(folder, memory)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    def watch(event: Any) -> None:
        if event.info.name == "NodeStart":
            meter.begin(event.data.node_info.node_name)
        elif event.info.name == "NodeFinished":
            meter.end()

    arguments = ["build", "--threads", "1", "--log-level", "none", "--log-level-file", "debug"]
    arguments += ["--select", *(f"+{table}" for table in TABLES)]
    arguments += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    arguments += ["--profiles-dir", str(folder)]
    arguments += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    outcome = dbtRunner(callbacks=[watch]).invoke(arguments)
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise RuntimeError(f"The build failed; {folder / 'logs' / 'dbt.log'} says why.")


def _write_profile(folder: Path, memory: Memory) -> None:
    """The profile of the project, with a limit for DuckDB."""
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    settings = profile["pql"]["outputs"]["dev"]["settings"]
    settings |= {"memory_limit": memory.for_duckdb, "enable_progress_bar": False}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
