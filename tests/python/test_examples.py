"""The examples, built from real input by the real models: what their pages say came out."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT.parent / "shared" / "data"
ROLES = ("AUTHOR", "COMMITTER")

pytestmark = pytest.mark.prove


def build(example: str, raw: Path, scratch: Path) -> duckdb.DuckDBPyConnection:
    """Builds an example in this process and opens what came out."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    rules = Path("examples") / example
    variables = yaml.safe_load((PROJECT / rules / "vars.yml").read_text())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.setenv("PQL_DB", str(scratch / "warehouse.duckdb"))
        patch.setenv("PQL_SCHEMA", "pql")
        patch.setenv("PQL_RAW_DIR", str(raw))
        patch.setenv("PQL_RULES_DIR", str(rules))
        outcome = dbtRunner().invoke(
            [
                *("build", "--exclude-resource-type", "unit_test", "--quiet"),
                *("--vars", json.dumps(variables), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")),
            ]
        )
        DuckDBConnectionManager.close_all_connections()
    assert outcome.success, outcome.exception or [
        f"{result.node.name}: {result.message}"
        for result in outcome.result.results
        if result.status not in ("success", "pass", "no-op")
    ]
    return duckdb.connect(str(scratch / "warehouse.duckdb"), read_only=True)


def build_real_input(
    example: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    raw = DATA / example
    if not raw.is_dir():
        pytest.skip(f"the real input {raw} is not on this machine")
    with build(example, raw, tmp_path_factory.mktemp(example)) as connection:
        yield connection


@pytest.fixture(scope="module")
def git_collaboration(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    yield from build_real_input("git_collaboration", tmp_path_factory)


@pytest.fixture(scope="module")
def pulse(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    yield from build_real_input("pulse", tmp_path_factory)


def events_taken_in(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Rows read, rejected, and left out as duplicates."""
    return connection.sql("""
        select rows_in, rows_rejected, duplicates
        from pql_intermediate.int_pql__intake
        where table_name = 'events'
    """).fetchone()


def count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return connection.sql(f"select count(*) from {relation}").fetchone()[0]


def people(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int, int]:
    """How many are scored, are PQLs now, are hot now, and were PQLs at any time so far."""
    return connection.sql("""
        select count(*), count_if(is_pql), count_if(is_hot), count(first_pql_at)
        from pql.pql_scores
    """).fetchone()


def test_every_git_event_is_real(git_collaboration: duckdb.DuckDBPyConnection) -> None:
    assert events_taken_in(git_collaboration) == (71_908, 0, 0)
    assert count(git_collaboration, "pql.pql_rejected_rows") == 0


def test_people_commit_in_sessions(git_collaboration: duckdb.DuckDBPyConnection) -> None:
    assert count(git_collaboration, "pql_intermediate.int_pql__sessions") == 39_875


def test_everyone_who_acted_has_a_score(git_collaboration: duckdb.DuckDBPyConnection) -> None:
    """850 of the 932 people listed; the others were credited, but never acted."""
    assert people(git_collaboration) == (850, 7, 1, 205)


def test_bots_are_left_out(git_collaboration: duckdb.DuckDBPyConnection) -> None:
    """13 of the 15 bots ever did something; none of them may become a lead at any time."""
    statuses = git_collaboration.execute(
        """
        select history.status, count(distinct history.user_id)
        from pql.pql_score_history as history
        inner join read_csv(?) as users on users.user_id = history.user_id
        where users.is_bot = 1
        group by history.status
        """,
        [str(DATA / "git_collaboration" / "users.csv")],
    ).fetchall()
    assert statuses == [("excluded", 13)]


def test_repeated_pulse_rows_count_once(pulse: duckdb.DuckDBPyConnection) -> None:
    assert events_taken_in(pulse) == (31_692, 0, 2)
    assert count(pulse, "pql.pql_rejected_rows") == 0


def test_a_gap_of_exactly_30_minutes_stays_in_a_pulse_session(
    pulse: duckdb.DuckDBPyConnection,
) -> None:
    """380 gaps are exactly 30 minutes long: cutting there would give 20,734."""
    assert count(pulse, "pql_intermediate.int_pql__sessions") == 20_354


def test_the_signals_give_the_published_funnel(pulse: duckdb.DuckDBPyConnection) -> None:
    steps = ["signup", "email_verified", "profile_completed", "project_created"]
    steps += ["source_connected", "first_dashboard", "teammate_invited"]
    users = dict(
        pulse.sql("""
            select signal, count(distinct entity_id)
            from pql_intermediate.int_pql__signals
            where entity_type = 'user'
            group by signal
        """).fetchall()
    )
    published = json.loads((DATA / "pulse" / "summary.json").read_text())["funnel"]
    assert [users[step] for step in steps] == [step["users"] for step in published]
    assert [users[step] for step in steps] == [6000, 5160, 4004, 2874, 1235, 1097, 628]


def test_few_pulse_users_are_pqls(pulse: duckdb.DuckDBPyConnection) -> None:
    assert people(pulse) == (6000, 17, 6, 448)


def test_a_collected_repository_builds(tmp_path: Path) -> None:
    """One's own repository: ten commits through pull requests make a contributor established."""
    repository = tmp_path / "repository"

    def run(*command: object, **environment: str) -> None:
        subprocess.run([*map(str, command)], env=os.environ | environment, check=True)

    run("git", "init", "--quiet", repository)
    for day in range(1, 11):
        signed = {
            "NAME": "Ada",
            "EMAIL": "ada@example.com",
            "DATE": f"2024-05-{day:02} 09:00 +0200",
        }
        message = f"Change {day} (#{day})"
        run(
            *("git", "-C", repository, "commit", "--quiet", "--allow-empty", "-m", message),
            **{f"GIT_{role}_{name}": value for role in ROLES for name, value in signed.items()},
        )
    script = PROJECT / "examples" / "git_collaboration" / "collect.py"
    run(sys.executable, script, "--out", tmp_path / "raw", repository)

    with build("git_collaboration", tmp_path / "raw", tmp_path) as connection:
        assert events_taken_in(connection) == (10, 0, 0)
        assert connection.sql("""
            select cast(activated_at as varchar), activation_points, sessions_14d
            from pql.pql_scores
        """).fetchall() == [("2024-05-10 07:00:00", 30, 10)]


@pytest.mark.parametrize("example", ["git_collaboration", "pulse"])
def test_every_score_is_found_again_from_the_raw_rows(
    example: str, request: pytest.FixtureRequest
) -> None:
    connection = request.getfixturevalue(example)
    ((database,),) = connection.sql(
        "select path from duckdb_databases() where path is not null"
    ).fetchall()
    verification = subprocess.run(
        [
            *(sys.executable, str(PROJECT / "scripts/verify.py"), "--database", database),
            *("--raw", str(DATA / example), "--rules", str(PROJECT / "examples" / example)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verification.returncode == 0, verification.stdout[-2000:] + verification.stderr[-2000:]
    assert " 0 differences." in verification.stdout
