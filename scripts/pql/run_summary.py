"""What a run rested on and what it did: kept in pql_run_summary, said in one line."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console

from pql.dbt_run import Run
from pql.project import PROJECT, marts_schema, staging_schema

# What the tables of a run are made of, besides the raw rows.
_MADE_OF = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds")
_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")
_ENVIRONMENT = ("PQL_RAW_DIR", "PQL_RULES_DIR", "PQL_SCHEMA", "PQL_TARGET")


def project_digest(rules: Path, variables: Mapping[str, Any], target: str | None) -> str:
    """A digest of models, rules and settings."""
    digest = hashlib.sha256()
    for path in _files([*(PROJECT / name for name in _MADE_OF), rules]):
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    settings = [dict(variables), target, [os.environ.get(name) for name in _ENVIRONMENT]]
    settings += [f"{package} {version(package)}" for package in _PACKAGES]
    digest.update(json.dumps(settings, default=str).encode())
    return digest.hexdigest()


def is_clock_running(variables: Mapping[str, Any], target: str | None) -> bool:
    """Is the instant that is scored another one in every run?"""
    target = target or os.environ.get("PQL_TARGET")
    return (variables.get("pql_as_of") or ("now" if target == "prod" else "latest")) == "now"


def inputs_digest(connection: Any, project: str) -> str:
    """The digest of everything a run rests on, once stg_pql__inputs has been built."""
    rows = connection.execute(
        f'select table_name, digest from "{staging_schema()}".stg_pql__inputs order by 1'
    ).fetchall()
    return hashlib.sha256(json.dumps([project, *map(list, rows)]).encode()).hexdigest()


def last_run(connection: Any) -> dict[str, Any]:
    """What is known of the last run; empty where there was none."""
    known = connection.execute(
        "select count(*) from information_schema.tables "
        f"where table_schema = '{marts_schema()}' and table_name = 'pql_run_summary'"
    ).fetchall()
    if not known[0][0]:
        return {}
    cursor = connection.execute(
        f'select * from "{marts_schema()}".pql_run_summary order by run_at desc limit 1'
    )
    names = [column[0] for column in cursor.description]
    return next((dict(zip(names, row, strict=True)) for row in cursor.fetchall()), {})


def note_seconds(connection: Any, run: Run) -> None:
    """Adds what only the end of a run knows."""
    slowest_first = dict(sorted(run.seconds_by_model.items(), key=lambda item: -item[1]))
    seconds = json.dumps({name: round(took, 3) for name, took in slowest_first.items()})
    _update(connection, run, f"seconds = {run.seconds:.3f}, seconds_by_model = '{seconds}'")


def note_digests(connection: Any, run: Run, inputs: str, standing: str | None) -> None:
    """Adds what the run rested on and left, once its results are where everybody reads."""
    left = f"'{standing}'" if standing else "null"
    _update(connection, run, f"inputs_digest = '{inputs}', standing_digest = {left}")


def _update(connection: Any, run: Run, values: str) -> None:
    connection.execute(
        f"update \"{marts_schema()}\".pql_run_summary set {values} where run_id = '{run.run_id}'"
    )


def print_run(console: Console, connection: Any) -> None:
    """What the last run found and did, in one line."""
    new, late, corrected, deleted, touched, restated = connection.execute(
        "select events_new, events_late, events_corrected, events_deleted, entities_touched, "
        f'restatements from "{marts_schema()}".pql_run_summary order by run_at desc limit 1'
    ).fetchall()[0]
    console.print(
        f"This run: {new:,} new events ({late:,} late), {corrected:,} corrected, {deleted:,} "
        f"deleted; {touched:,} entities rebuilt, {restated:,} restatements."
    )


def _files(paths: Iterable[Path]) -> list[Path]:
    found = {
        file
        for path in paths
        for file in ([path] if path.is_file() else path.rglob("*"))
        if file.is_file()
    }
    return sorted(found)
