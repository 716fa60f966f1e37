"""What is published is always one whole finished run."""

import multiprocessing
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from refusals import held_by_another_process, only_sentence
from small_run import TABLES, write_run

from publish import publish


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PQL_DB", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("PQL_PUBLISHED", str(tmp_path / "published"))
    monkeypatch.delenv("PQL_SCHEMA", raising=False)
    return tmp_path


def refusal() -> str:
    return only_sentence(CliRunner().invoke(publish, []))


def test_marts_and_rules_are_published_and_nothing_else(folder: Path) -> None:
    write_run(folder / "warehouse.duckdb")
    result = CliRunner().invoke(publish, [])
    assert result.exit_code == 0, result.output
    files = {path.name for path in (folder / "published").iterdir() if path.name[0] != "."}
    assert files == {f"{mart}.parquet" for mart in TABLES} | {"marts.duckdb", "current"}
    with duckdb.connect(str(folder / "published/marts.duckdb"), read_only=True) as connection:
        names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        published = connection.execute("from pql.pql_score_ledger order by all").fetchall()
    assert {name for schema, name in names if schema == "pql"} == set(TABLES)
    seeds = {name for schema, name in names if schema == "pql_seeds"}
    assert "pql_rules" in seeds
    assert "pql_demo_users" not in seeds
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        built = connection.execute("from pql.pql_score_ledger order by all").fetchall()
    assert published == built
    parquet = str(folder / "published/pql_score_ledger.parquet")
    assert duckdb.sql(f"from '{parquet}' order by all").fetchall() == built


def test_what_is_published_can_be_read_by_an_older_duckdb(folder: Path) -> None:
    newest = {"storage_compatibility_version": "latest"}
    duckdb.connect(str(folder / "warehouse.duckdb"), config=newest).close()
    write_run(folder / "warehouse.duckdb")
    assert CliRunner().invoke(publish, []).exit_code == 0
    assert oldest_reader(folder / "warehouse.duckdb") != "v1.0.0+"
    assert oldest_reader(folder / "published/marts.duckdb") == "v1.0.0+"


def oldest_reader(database: Path) -> str:
    """The oldest DuckDB that can open a file."""
    query = "select tags['storage_version'] from duckdb_databases() where database_name = ?"
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query, [database.stem]).fetchall()[0][0]


def test_a_mart_that_is_gone_is_no_longer_published(folder: Path) -> None:
    write_run(folder / "warehouse.duckdb")
    assert CliRunner().invoke(publish, []).exit_code == 0
    (folder / "published/pql_old.parquet").symlink_to("current/pql_old.parquet")
    (folder / "published/pql_older.parquet").write_text("from an earlier version")
    assert CliRunner().invoke(publish, []).exit_code == 0
    names = {path.stem for path in (folder / "published").glob("*.parquet")}
    assert names == set(TABLES)


def test_the_run_before_stays_for_its_readers_and_no_other(folder: Path) -> None:
    """Interrupted runs, too, leave nothing behind."""
    write_run(folder / "warehouse.duckdb")
    for _ in range(3):
        assert CliRunner().invoke(publish, []).exit_code == 0
    runs = folder / "published/.runs"
    (runs / "4").mkdir()
    (runs / "4/marts.duckdb").write_text("half a file")
    (folder / "published/.next").symlink_to("half a swap")
    assert CliRunner().invoke(publish, []).exit_code == 0
    assert {path.name for path in runs.iterdir()} == {"3", "5"}
    assert (folder / "published/current").resolve() == (runs / "5").resolve()
    assert not (folder / "published/.next").is_symlink()


def test_without_a_database_the_way_to_one_is_named(folder: Path) -> None:
    assert "run `make build` first" in refusal()


def test_a_database_without_marts_is_no_finished_run(folder: Path) -> None:
    duckdb.connect(str(folder / "warehouse.duckdb")).close()
    assert "holds no finished run" in refusal()


def test_a_database_in_use_is_named(folder: Path) -> None:
    write_run(folder / "warehouse.duckdb")
    with held_by_another_process(folder / "warehouse.duckdb"):
        assert "is in use by another process" in refusal()


# What a reader asks in a loop. Runs are recognised by their number, which stands in two tables.
OF_THE_DATABASE = (
    "select (select min(score) from pql.pql_scores), "
    "(select max(points_to_pql) from pql.pql_scores), "
    "(select max(score_after) from pql.pql_transitions)"
)
OF_THE_PARQUET_FILES = (
    "select (select min(score) from '{0}/pql_scores.parquet'), "
    "(select max(score_after) from '{0}/pql_transitions.parquet')"
)


def _read_until_told(
    published: Path, stop: "multiprocessing.Event", answers: "multiprocessing.Queue"
) -> None:
    runs, failures = set(), []
    while not stop.is_set():
        try:
            with duckdb.connect(str(published / "marts.duckdb"), read_only=True) as connection:
                runs.add(connection.execute(OF_THE_DATABASE).fetchone())
            set_of_files = (published / "current").resolve()
            runs.add(duckdb.sql(OF_THE_PARQUET_FILES.format(set_of_files)).fetchone())
            duckdb.sql(OF_THE_PARQUET_FILES.format(published)).fetchone()
        except (duckdb.Error, OSError) as error:
            failures.append(str(error))
    answers.put((runs, failures))


def publish_as(folder: Path, run: int) -> None:
    """Publishes a run under its number."""
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(f"update pql.pql_scores set score = {run}, points_to_pql = {run}")
        connection.execute(f"update pql.pql_transitions set score_after = {run}")
    assert CliRunner().invoke(publish, []).exit_code == 0


def test_a_reader_meets_one_whole_run_at_every_moment(folder: Path) -> None:
    write_run(folder / "warehouse.duckdb")
    publish_as(folder, 0)
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    reader = context.Process(target=_read_until_told, args=(folder / "published", stop, answers))
    reader.start()
    for run in range(1, 11):
        publish_as(folder, run)
    stop.set()
    runs, failures = answers.get(timeout=60)
    reader.join()
    assert failures == []
    assert [run for run in runs if len(set(run)) > 1] == []
    assert len(runs) > 3
