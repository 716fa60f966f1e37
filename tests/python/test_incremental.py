"""However the rows arrive, incremental runs end in the tables of one full build over them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dbt_builds import build_models
from nasty_worlds import NastyWorld
from replays import copied_project, differences, replay_world
from rows_and_answers import PROJECT


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with rules of every kind."""
    return copied_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder that is gone afterwards: pytest keeps those of its last three runs."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def build(scratch: Path, *arguments: str, known_at: str = "") -> Path:
    """Build the demo on top of what is there."""
    variables = ["--vars", f"pql_known_at: '{known_at}'"] if known_at else []
    return build_models(PROJECT, scratch, *variables, *arguments)


def touched(database: Path) -> int:
    """How many entities the last run rebuilt."""
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select count(*) from pql_intermediate.int_pql__touched_entities"
        return connection.execute(query).fetchall()[0][0]


def test_a_nasty_world_in_two_runs_equals_a_full_build(project: Path, scratch: Path) -> None:
    assert replay_world(NastyWorld(0, users=40, runs=2), project, scratch) == {}


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1, 21))
def test_nasty_worlds_in_runs_equal_a_full_build(seed: int, project: Path, scratch: Path) -> None:
    world = NastyWorld(seed, users=200, runs=3 + seed % 3)
    assert replay_world(world, project, scratch) == {}


@pytest.mark.prove
def test_an_earlier_known_at_forgets_what_came_later(scratch: Path) -> None:
    build(scratch, known_at="2026-03-26T00:00:00Z")
    later = build(scratch, known_at="2026-03-10T00:00:00Z").rename(scratch / "incremental.duckdb")
    assert differences(later, build(scratch, known_at="2026-03-10T00:00:00Z")) == {}


@pytest.mark.prove
def test_a_run_without_news_touches_nobody(scratch: Path) -> None:
    build(scratch)
    assert touched(build(scratch)) == 0


@pytest.mark.prove
def test_a_model_that_lost_its_table_is_built_with_all_others(scratch: Path) -> None:
    database = build(scratch)
    full = shutil.copy(database, scratch / "full.duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table pql_intermediate.int_pql__rule_history")
    assert differences(build(scratch), full) == {}


@pytest.mark.prove
def test_another_formula_rebuilds_everyone_in_the_next_run(scratch: Path) -> None:
    project = copied_project(scratch / "project")
    database = build_models(project, scratch)
    model = project / "models/intermediate/scoring/int_pql__rule_history.sql"
    right = model.read_text()
    model.write_text(right.replace("rules.points,", "rules.points + 1 as points,"))
    assert model.read_text() != right
    incremental = build_models(project, scratch).rename(scratch / "incremental.duckdb")
    with duckdb.connect(str(incremental), read_only=True) as connection:
        causes = connection.execute("select distinct cause from pql.pql_restatements").fetchall()
    assert causes == [("rules",)]
    assert differences(incremental, build_models(project, scratch)) == {}
    assert touched(incremental) == touched(database)


@pytest.mark.prove
def test_a_model_is_not_built_from_scratch_without_knowing_everyone(scratch: Path) -> None:
    for _ in range(2):
        database = build(scratch)
    full = shutil.copy(database, scratch / "full.duckdb")
    with pytest.raises(AssertionError, match="cannot be built from scratch by itself"):
        build(scratch, "--full-refresh", "--select", "int_pql__sessions")
    assert differences(database, full) == {}
    build(scratch, "--full-refresh", "--select", "int_pql__touched_entities+")
    assert differences(database, full) == {}
