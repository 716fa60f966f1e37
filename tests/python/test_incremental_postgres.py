"""Incremental runs on Postgres: the tables of a full build, and never two runs at once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from replays import LOGS
from rows_and_answers import PROJECT

from engines.builds import Engine
from engines.server import postgres_programs, private_server
from pql.postgres import Database, open_postgres

SLICES = ("2026-03-02T09:30:00Z", "2026-03-15T09:30:00Z", "2026-03-26T00:00:00Z", "")

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(
        postgres_programs() is None, reason="there is no Postgres server on this machine"
    ),
]


@pytest.fixture
def postgres(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A server of its own, as the environment names it."""
    with private_server() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PQL_RULES_DIR", "seeds/rules")
        with open_postgres() as database:
            yield database


def build(schema: str, scratch: Path, known_at: str = "") -> None:
    """One run on the demo in schemas of this name."""
    engine = Engine("Postgres", "postgres", scratch, {"PQL_SCHEMA": schema})
    engine.build({"pql_known_at": known_at}, "--exclude", "tag:pql_evaluation")


def differences(postgres: Database) -> dict[str, list[tuple]]:
    """Rows that stand in one of the schemas `pql` and `whole` only, by table."""
    tables = postgres.execute(
        """
        select substr(table_schema, 4), table_name
        from information_schema.tables
        where table_schema in ('pql', 'pql_staging', 'pql_intermediate')
            and table_type = 'BASE TABLE' and not table_name = any(%s)
        """,
        (list(LOGS),),
    ).fetchall()
    assert len(tables) > 30
    found = {}
    for layer, table in tables:
        ours, theirs = f'from "pql{layer}".{table}', f'from "whole{layer}".{table}'
        found[table] = postgres.execute(
            f"(select 'incremental', * from (select * {ours} except all select * {theirs}) as ours)"
            f" union all "
            f"(select 'full', * from (select * {theirs} except all select * {ours}) as theirs)"
            " limit 4"
        ).fetchall()
    return {table: rows for table, rows in found.items() if rows}


def test_the_demo_in_slices_equals_a_full_build(postgres: Database, tmp_path: Path) -> None:
    for known_at in SLICES:
        build("pql", tmp_path, known_at)
    build("whole", tmp_path)
    assert differences(postgres) == {}


def test_of_two_builds_at_once_one_says_why_it_stopped(postgres: Database, tmp_path: Path) -> None:
    command = [sys.executable, "scripts/build.py", "--target", "postgres"]
    environment = os.environ | {"PQL_SCHEMA": "pql", "PQL_RAW_DIR": ""}
    builds = [
        subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment
            | {"DBT_TARGET_PATH": str(tmp_path / name), "DBT_LOG_PATH": str(tmp_path / name)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in ("one", "other")
    ]
    said = {process.wait(): process.communicate()[0] for process in builds}
    assert set(said) == {0, 2}, said
    assert said[2].startswith("Error: Another build of the schema pql of ")
    assert said[2].count("\n") == 1
    build("whole", tmp_path)
    assert differences(postgres) == {}
