"""A full build by dbt: every model a step."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from benchmark.measurement import Memory, Meter
from pql.project import PROJECT


def build(meter: Meter, raw: Path, folder: Path, memory: Memory) -> None:
    """Builds seeds and models without their tests, one at a time: time and memory are its own."""
    os.environ |= {
        "PQL_DB": str(folder / "warehouse.duckdb"),
        "PQL_RAW_DIR": str(raw),
        "PQL_RULES_DIR": "seeds/rules",
        "PQL_SCHEMA": "pql",
        "PQL_TARGET": "dev",
    }
    os.chdir(PROJECT)
    memory.enforce()
    _write_profile(folder, memory)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    def watch(event: Any) -> None:
        if event.info.name == "NodeStart":
            meter.begin(event.data.node_info.node_name)
        elif event.info.name == "NodeFinished":
            meter.end()

    arguments = ["build", "--threads", "1", "--log-level", "none"]
    arguments += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    arguments += ["--profiles-dir", str(folder)]
    arguments += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    outcome = dbtRunner(callbacks=[watch]).invoke(arguments)
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise RuntimeError(f"The build failed; {folder / 'logs' / 'dbt.log'} says why.")


def models_behind(tables: Iterable[str], folder: Path) -> set[str]:
    """The tables and everything they are built from, by name."""
    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    found: set[str] = set()
    waiting = [f"model.pql.{table}" for table in tables]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += manifest["parent_map"][node]
    return {node.rpartition(".")[2] for node in found}


def _write_profile(folder: Path, memory: Memory) -> None:
    """The profile of the project, with a limit for DuckDB."""
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    profile["pql"]["outputs"]["dev"]["settings"]["memory_limit"] = memory.for_duckdb
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
