"""Incremental runs beside full builds, and what tells them apart."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from dbt_builds import build_models
from nasty_worlds import NastyWorld
from probing_model import add_probing_rows
from rows_and_answers import PROJECT

# What runs did, and how far they came: no function of the rows.
LOGS = (
    *("stg_pql__progress", "stg_pql__staged_loads"),
    *("int_pql__entity_digests", "int_pql__touched_entities"),
)
# They look at the rule files alone, which no delivery changes.
ONLY_ROWS = ("--exclude", "path:models/intermediate/trust/rules", "int_pql__rule_problems")


def copied_project(folder: Path) -> Path:
    """The project with rules of every kind, without its tests."""
    for name in ("models", "macros", "seeds", "tests/generic"):
        unread = shutil.ignore_patterns("*__unit_tests.yml")
        shutil.copytree(PROJECT / name, folder / name, ignore=unread)
    for file in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / file, folder)
    add_probing_rows(folder / "seeds")
    return folder


def replay_world(world: NastyWorld, project: Path, scratch: Path) -> dict[str, list[tuple]]:
    """Build a world in its runs and at once; returns what differs then, by table."""
    raw = scratch / "raw"
    for run in range(world.runs):
        world.write(raw, run)
        database = build_models(project, scratch, *ONLY_ROWS, raw=raw)
    incremental = database.rename(scratch / "incremental.duckdb")
    return differences(incremental, build_models(project, scratch, *ONLY_ROWS, raw=raw))


def differences(incremental: Path, full: Path) -> dict[str, list[tuple]]:
    """Rows that stand in one database only, the first few of each table."""
    with _both(incremental, full) as connection:
        tables = connection.execute(
            """
            select distinct schema_name || '.' || table_name
            from duckdb_tables()
            where schema_name in ('pql', 'pql_staging', 'pql_intermediate')
                and table_name not in (select unnest(?))
            order by 1
            """,
            [list(LOGS)],
        ).fetchall()
        assert len(tables) > 30
        found = {table: _only_in_one(connection, table) for (table,) in tables}
        return {table: rows for table, rows in found.items() if rows}


@contextmanager
def _both(incremental: Path, full: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{incremental}' as incremental (read_only)")
        connection.execute(f"attach '{full}' as full_build (read_only)")
        yield connection


def _only_in_one(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    ours, theirs = f"from incremental.{table}", f"from full_build.{table}"
    return connection.execute(
        f"select 'incremental', * from ({ours} except all {theirs}) "
        f"union all select 'full', * from ({theirs} except all {ours}) limit 6"
    ).fetchall()
