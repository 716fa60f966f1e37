"""The same models on Postgres give the same marts; clear words where it cannot be had."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from build import build
from engines.builds import Engine
from engines.comparison import compare_marts
from engines.server import Server, postgres_programs, private_server
from pql.console import UserError
from pql.database import open_database
from pql.postgres import Database, check_postgres, open_postgres

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    postgres_programs() is None, reason="there is no Postgres server on this machine"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with private_server() as running:
        yield running


@pytest.fixture
def reachable(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server as the environment names it."""
    for name, value in (server.environment | {"PQL_SCHEMA": "pql"}).items():
        monkeypatch.setenv(name, value)
    return server


@pytest.fixture
def postgres(reachable: Server) -> Iterator[Database]:
    with open_postgres() as database:
        yield database


def refusal() -> str:
    """What is said where nothing can be built."""
    with pytest.raises(UserError) as refused:
        check_postgres()
    return refused.value.message


def test_the_demo_is_the_same_on_postgres(
    reachable: Server, postgres: Database, demo_database: Path, tmp_path: Path
) -> None:
    engine = Engine("Postgres", "postgres", tmp_path, {"PQL_RULES_DIR": "seeds/rules"})
    engine.build({})
    with open_database(demo_database) as connection:
        comparisons = compare_marts(connection, postgres)
    assert [mart.first_rows(3) for mart in comparisons if not mart.is_equal] == []
    rows = {comparison.mart: comparison.rows for comparison in comparisons}
    assert all(rows.values()), rows
    assert "pql_score_ledger" in rows


# A limit, a correction of whose it was, and an activation of somebody whom no build has seen.
LANDING = """
    insert into pql_seeds.pql_demo_users (user_id, email, account_id, signed_up_at)
    values ('newcomer', 'new@mail.vellum.co.uk', 'acct_vellum', '2026-03-31T10:00Z');
    insert into pql_seeds.pql_demo_events
        (event_id, user_id, event_name, occurred_at, loaded_at, object_id, target_user_id)
    select event_id, user_id, event_name, '2026-03-31T11:00Z', loaded_at, object_id, target_user_id
    from (
        values
            ('l1', 'kenji.mori', 'usage_limit_hit', '2026-03-31T11:01Z', null, null),
            ('l1', 'amara.diallo', 'usage_limit_hit', '2026-03-31T11:02Z', null, null),
            ('l2', 'newcomer', 'project_created', '2026-03-31T11:01Z', 'project', null),
            ('l3', 'newcomer', 'task_created', '2026-03-31T11:01Z', 'task_1', null),
            ('l4', 'newcomer', 'task_created', '2026-03-31T11:01Z', 'task_2', null),
            ('l5', 'newcomer', 'task_created', '2026-03-31T11:01Z', 'task_3', null),
            ('l6', 'newcomer', 'task_assigned', '2026-03-31T11:01Z', 'task_1', 'kenji.mori')
    ) as landing (event_id, user_id, event_name, loaded_at, object_id, target_user_id)
"""
SIGNALS = """
    select entity_type, entity_id, user_id, signal, occurred_at, object_id, other_user_id, quantity,
        evidence_id, signed_up_at
    from pql_intermediate.int_pql__hot_signals
"""


@pytest.mark.prove
def test_rows_that_land_fire_the_same_on_postgres(
    reachable: Server, postgres: Database, demo_database: Path, tmp_path: Path
) -> None:
    database = Path(shutil.copy(demo_database, tmp_path / "warehouse.duckdb"))
    rules = {"PQL_RULES_DIR": "seeds/rules"}
    here = Engine("DuckDB", "dev", tmp_path, rules | {"PQL_DB": str(database)})
    there = Engine("Postgres", "postgres", tmp_path, rules)
    there.build({})
    postgres.execute(LANDING)
    with duckdb.connect(str(database)) as connection:
        connection.execute(LANDING)
    for engine in (here, there):
        engine.build({"pql_as_of": "2026-03-31T12:00:00Z"}, "--select", "tag:pql_hot")
    with duckdb.connect(str(database)) as connection:
        found = connection.execute(SIGNALS).fetchall()
        comparisons = compare_marts(connection, postgres)
    assert sorted(found, key=str) == sorted(postgres.execute(SIGNALS).fetchall(), key=str)
    assert {("domain", "vellum.co.uk", "activation"), ("user", "amara.diallo", "paywall_hit")} <= {
        (row[0], row[1], row[3]) for row in found if row[4] > datetime(2026, 3, 31, 10)
    }
    (firings,) = (each for each in comparisons if each.mart == "pql_hot_triggers")
    assert firings.is_equal, firings.first_rows(3)


def test_a_difference_is_shown(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """One mart of one row on each side, which differ in a point."""
    postgres.execute("create schema points; create table points.mart as select 2 as points")
    monkeypatch.setenv("PQL_SCHEMA", "points")
    with duckdb.connect() as connection:
        connection.execute("create schema points; create table points.mart as select 1 as points")
        (comparison,) = compare_marts(connection, postgres)
    assert not comparison.is_equal
    assert comparison.first_rows(3) == [("DuckDB", "points=1"), ("Postgres", "points=2")]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-01", "2026-01-01 00:00:00"),
        ("2026-01-01T05:30+05:30", "2026-01-01 00:00:00"),
        ("2026-01-01 05:30:00.1234567+0530", "2026-01-01 00:00:00.123456"),
        ("2025-12-31T20:00-04", "2026-01-01 00:00:00"),
        ("2025-12-31T24:00Z", "2026-01-01 00:00:00"),
        ("2026-01-01T23:59:60Z", None),
        ("2026-02-30", None),
    ],
)
def test_instants_are_read_as_duckdb_reads_them(
    reachable: Server, postgres: Database, text: str, instant: str | None
) -> None:
    """In the functions that the demo's build left behind, on a server with another time zone."""
    ((read,),) = postgres.execute(
        "select pql.pql_instant(%s) = cast(%s as timestamp)", (text, instant)
    ).fetchall()
    assert read is (None if instant is None else True)


def test_a_server_that_is_down_is_named(reachable: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PQL_PG_PORT", "1")
    monkeypatch.setenv("PQL_RULES_DIR", "seeds/rules")
    refused = CliRunner().invoke(build, ["--target", "postgres"])
    assert refused.exit_code == 2
    assert refused.stderr == (
        "Error: No Postgres server answers for pql on 127.0.0.1:1; "
        "start it, or set PQL_PG_HOST and PQL_PG_PORT.\n"
    )


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_wrong_password_is_said(
    reachable: Server, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("PQL_PG_PASSWORD", password)
    assert refusal() == (
        "Postgres refuses the user pql: no or a wrong password; "
        "set PQL_PG_USER and PQL_PG_PASSWORD."
    )


def test_a_missing_database_is_said(reachable: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PQL_PG_DATABASE", "nowhere")
    assert refusal().startswith("There is no database nowhere on 127.0.0.1:")


def test_a_missing_schema_is_said(
    reachable: Server, postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.execute("create role reader login password 'reader'")
    monkeypatch.setenv("PQL_PG_USER", "reader")
    monkeypatch.setenv("PQL_PG_PASSWORD", "reader")
    monkeypatch.setenv("PQL_SCHEMA", "elsewhere")
    assert refusal().startswith("The schema elsewhere is missing")
    assert 'create schema "elsewhere" authorization "reader"' in refusal()
    for layer in ("", "_staging", "_intermediate", "_seeds"):
        postgres.execute(f'create schema "elsewhere{layer}"')
    assert 'grant all on schema "elsewhere" to "reader"' in refusal()
    for layer in ("", "_staging", "_intermediate", "_seeds"):
        postgres.execute(f'grant all on schema "elsewhere{layer}" to reader')
    check_postgres()


@pytest.mark.prove
@pytest.mark.parametrize("raw", [None, "git_collaboration"])
def test_every_mart_is_equal_at_three_instants(raw: str | None) -> None:
    """The whole of `make parity`: also in several incremental runs on Postgres."""
    given = []
    if raw:
        if not (DATA / raw).is_dir():
            pytest.skip(f"the real input {DATA / raw} is not on this machine")
        given = ["--raw", str(DATA / raw), "--rules", f"examples/{raw}"]
    done = subprocess.run(
        [sys.executable, "scripts/parity.py", *given],
        cwd=PROJECT,
        env=os.environ | {"PQL_SCHEMA": "pql", "PQL_RULES_DIR": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("As of ") == 3
