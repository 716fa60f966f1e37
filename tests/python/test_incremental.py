"""However the rows arrive, incremental runs end in the tables of one full build over them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

# What runs did and how far they came: no function of the rows.
LOGS = ("stg_pql__progress", "int_pql__entity_digests", "int_pql__touched_entities")
WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

RunDbt = Callable[..., None]


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = 'incremental' and schema_name in ('pql', 'pql_staging', "
        "'pql_intermediate') and table_name not in (select unnest(?)) order by 1",
        [list(LOGS)],
    ).fetchall()
    return [name for (name,) in rows]


def _differences(incremental: Path, full: Path) -> dict[str, list[tuple[object, ...]]]:
    """Rows that stand in one database only, by table."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{incremental}' as incremental (read_only)")
        connection.execute(f"attach '{full}' as full_build (read_only)")
        found = {}
        for table in _tables(connection):
            ours, theirs = f"from incremental.{table}", f"from full_build.{table}"
            rows = connection.execute(
                f"select 'incremental', * from ({ours} except all {theirs}) "
                f"union all select 'full', * from ({theirs} except all {ours}) limit 4"
            ).fetchall()
            if rows:
                found[table] = rows
        return found


def _replay(run_dbt: RunDbt, folder: Path, loads: list[str]) -> None:
    """One incremental run for each instant up to which rows are known; each equals a full build."""
    for known_at in loads:
        run_dbt(folder / "incremental.duckdb", "build", *WITHOUT_TESTS, pql_known_at=known_at)
    full = folder / "full.duckdb"
    run_dbt(full, "build", *WITHOUT_TESTS, "--full-refresh", pql_known_at=loads[-1])
    assert _differences(folder / "incremental.duckdb", full) == {}


def _touched(database: Path) -> int:
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select count(*) from pql_intermediate.int_pql__touched_entities"
        return connection.execute(query).fetchall()[0][0]


def test_a_run_over_later_rows_equals_a_full_build(run_dbt: RunDbt, tmp_path: Path) -> None:
    _replay(run_dbt, tmp_path, ["2026-03-20T12:00:00Z", "2026-04-01T00:00:00Z"])


@pytest.mark.prove
def test_every_slice_of_the_demo_equals_a_full_build(run_dbt: RunDbt, tmp_path: Path) -> None:
    days = [f"2026-03-{day:02}T09:30:00Z" for day in (2, 10, 15, 22, 26, 29)]
    for slices in range(1, len(days) + 1):
        _replay(run_dbt, tmp_path, days[slices - 1 : slices])


@pytest.mark.prove
def test_an_earlier_known_at_forgets_what_came_later(run_dbt: RunDbt, tmp_path: Path) -> None:
    _replay(run_dbt, tmp_path, ["2026-03-26T00:00:00Z", "2026-03-10T00:00:00Z"])


@pytest.mark.prove
def test_a_run_without_news_touches_nobody(run_dbt: RunDbt, tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    for _ in range(2):
        run_dbt(database, "build", *WITHOUT_TESTS)
    assert _touched(database) == 0


@pytest.mark.prove
def test_a_model_that_lost_its_table_is_built_with_all_others(
    run_dbt: RunDbt, tmp_path: Path
) -> None:
    database = tmp_path / "incremental.duckdb"
    run_dbt(database, "build", *WITHOUT_TESTS)
    shutil.copy(database, tmp_path / "full.duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table pql_intermediate.int_pql__rule_history")
    run_dbt(database, "build", *WITHOUT_TESTS)
    assert _differences(database, tmp_path / "full.duckdb") == {}
