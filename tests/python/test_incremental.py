"""However the rows arrive, incremental runs end in the tables of one full build over them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dbt_builds import build_models, invoke_dbt
from input_states import write_raw_folder
from nasty_worlds import NastyWorld
from replays import ONLY_ROWS, copied_project, differences, replay_world
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
    known = {"pql_known_at": known_at} if known_at else {}
    return build_models(PROJECT, scratch, *arguments, **known)


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
@pytest.mark.parametrize(
    "table",
    [
        "pql_staging.stg_pql__event_versions",
        "pql_staging.stg_pql__faulty_events",
        "pql_intermediate.int_pql__events_for_others",
        "pql_intermediate.int_pql__object_owners",
        "pql_intermediate.int_pql__rule_history",
        "pql_intermediate.int_pql__last_activity",
    ],
)
def test_a_model_that_lost_its_table_is_built_with_all_others(table: str, scratch: Path) -> None:
    database = build(scratch, known_at="2026-03-15T09:30:00Z")
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"drop table {table}")
    incremental = build(scratch).rename(scratch / "incremental.duckdb")
    assert differences(incremental, build(scratch)) == {}


@pytest.mark.prove
def test_what_holds_follows_as_of_forward_and_back(scratch: Path) -> None:
    moving, fresh = scratch / "moving", scratch / "fresh"
    for as_of in (at(10), at(31), at(20)):
        database = build_models(PROJECT, moving, pql_as_of=as_of)
        full = build_models(PROJECT, fresh, "--full-refresh", pql_as_of=as_of)
        assert differences(database, full) == {}


@pytest.mark.prove
def test_tables_of_now_that_stand_at_different_instants_meet_in_the_next_run(scratch: Path) -> None:
    build_models(PROJECT, scratch, pql_as_of=at(20))
    some = ("int_pql__clock", "int_pql__moment", "int_pql__moved_entities", "int_pql__metrics_now")
    invoke_dbt(PROJECT, scratch, "run", "--select", *some, pql_as_of=at(28))
    incremental = build_models(PROJECT, scratch, pql_as_of=at(24))
    incremental = incremental.rename(scratch / "incremental.duckdb")
    assert differences(incremental, build_models(PROJECT, scratch, pql_as_of=at(24))) == {}


@pytest.mark.prove
def test_scores_made_by_themselves_are_those_of_the_last_run(scratch: Path) -> None:
    def run(*models: str) -> None:
        invoke_dbt(PROJECT, scratch, "run", "--select", *models, pql_as_of=at(28))

    database = build_models(PROJECT, scratch, pql_as_of=at(20))
    before = shutil.copy(database, scratch / "before.duckdb")
    run("tag:pql_hot")
    run("pql_scores")
    found = differences(before, database)
    assert "pql_intermediate.int_pql__clock" in found
    assert "pql.pql_scores" not in found
    run("int_pql__moment")
    with pytest.raises(AssertionError, match="add --select int_pql__moved_entities"):
        run("pql_scores")


@pytest.mark.prove
def test_a_log_that_an_earlier_version_made_gets_its_columns(scratch: Path) -> None:
    database = build(scratch, known_at="2026-03-15T09:30:00Z")
    with duckdb.connect(str(database)) as connection:
        connection.execute("""
            alter table pql_intermediate.int_pql__entity_digests drop column digest_without_events;
            alter table pql_intermediate.int_pql__entity_digests drop column changed_from;
            alter table pql_staging.stg_pql__event_changes drop column event_name;
            alter table pql_staging.stg_pql__progress drop column as_of
        """)
    incremental = build(scratch).rename(scratch / "incremental.duckdb")
    assert differences(incremental, build(scratch)) == {}


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


def at(day: int, hour: int = 9) -> str:
    """An instant of March 2026."""
    return f"2026-03-{day:02}T{hour:02}:00:00Z"


def event(event_id: str, user_id: str, name: str, day: int, **columns: str) -> dict[str, object]:
    """An event that was loaded the hour after it happened, unless another load is given."""
    row = {"event_id": event_id, "user_id": user_id, "event_name": name, "occurred_at": at(day)}
    optional = dict.fromkeys(("object_id", "is_deleted"), "")
    return row | {"loaded_at": at(day, 10)} | optional | columns


@pytest.mark.prove
def test_a_restatement_names_what_happened(project: Path, scratch: Path) -> None:
    users = ["late", "corrected", "deleted", "attribute", "owner", "commenter", "same"]
    told_later = {"loaded_at": at(30)}
    first = {
        "events": [
            *(event(f"start of {user}", user, "board_opened", 1) for user in users),
            event("moved", "corrected", "usage_limit_hit", 5),
            event("taken back", "deleted", "usage_limit_hit", 5),
            event("thing", "owner", "document_created", 2, object_id="document"),
            event("newest", "same", "board_opened", 30),
        ],
        "users": [{"user_id": user, "account_id": f"company of {user}"} for user in users],
        "accounts": [{"account_id": "company of attribute", "employees": 10, "loaded_at": at(1)}],
    }
    second = {
        "events": [
            event("unknown", "late", "usage_limit_hit", 5, **told_later),
            event("moved", "corrected", "usage_limit_hit", 7, **told_later),
            event("taken back", "deleted", "usage_limit_hit", 5, is_deleted="true", **told_later),
            event("said", "commenter", "comment_added", 6, object_id="document", **told_later),
        ],
        "accounts": [{"account_id": "company of attribute", "employees": 500, "loaded_at": at(30)}],
    }
    for number, tables in enumerate((first, second)):
        for table, rows in tables.items():
            write_raw_folder(scratch / "raw" / table, {f"part_{number}": rows})
        database = build_models(project, scratch, *ONLY_ROWS, raw=scratch / "raw")
    with duckdb.connect(str(database), read_only=True) as connection:
        causes = connection.execute(
            "select distinct user_id, cause from pql.pql_restatements order by user_id"
        ).fetchall()
    assert dict(causes) == {
        "attribute": "attribute",
        "commenter": "late",
        "corrected": "corrected",
        "deleted": "deleted",
        "late": "late",
        "owner": "late",
    }
