"""The comparison and its command: equal tables pass, every corruption is found."""

from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from rows_and_answers import DAY, NOW, PROJECT, RULES, activation, event, sessions, user

from verification.changes import Changes
from verification.comparison import compare, expected_rows
from verification.episodes import expected_episodes
from verification.marts import HOT_TRIGGERS, MARTS
from verification.oracle import Oracle
from verification.problems import UsageProblem
from verification.sources import open_raw_folder
from verification.tables import Database
from verify import main

# -- Comparison ------------------------------------------------------------------------------------


@pytest.fixture
def world(consult, tmp_path):
    """A small oracle, and a database that agrees with it."""
    oracle = consult(
        users=[user(account_id="acme", title="CTO"), user("bob", is_bot=1)],
        accounts=[{"account_id": "acme", "employees": "300", "industry": "Software"}],
        events=[
            *activation(97 * DAY),
            *sessions(4),
            event("usage_limit_hit", 2 * DAY),
            event("board_opened", DAY) | {"occurred_at": "soon"},
        ],
    )
    database = tmp_path / "marts.duckdb"
    write_marts(oracle, database)
    return oracle, database


def write_marts(oracle: Oracle, database: Path) -> None:
    """Write what the oracle expects as if the models had built it."""
    changes = Changes(oracle)
    marts = [expected_rows(oracle, changes, user_id, set())[0] for user_id in ("ada", "bob")]
    tables = {mart.name: [row for of_user in marts for row in of_user[mart.name]] for mart in MARTS}
    for row in tables["pql_scores"]:
        row["top_reasons"] = "words" if row.pop("has_top_reasons") else None
        row["next_step"] = "words" if row.pop("has_next_step") else None
    tables[HOT_TRIGGERS.name] = expected_episodes(oracle)
    tables["pql_rejected_rows"] = [
        rejection._asdict() for rejection in oracle.staged.rejected.elements()
    ]
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema pql")
        for name, rows in tables.items():
            columns = ", ".join(f"{column} {column_type(column)}" for column in rows[0])
            connection.execute(f"create table pql.{name} ({columns})")
            places = ", ".join(
                f"make_timestamp(${column})" if column_type(column) == "timestamp" else f"${column}"
                for column in rows[0]
            )
            for row in rows:
                plain = {
                    column: float(value) if isinstance(value, Fraction) else value
                    for column, value in row.items()
                }
                connection.execute(f"insert into pql.{name} values ({places})", plain)


def column_type(column: str) -> str:
    """The type of a column of the marts, by its name."""
    if column.endswith("_at") or column in ("valid_from", "valid_to", "hot_until", "as_of"):
        return "timestamp"
    if column.startswith("is_"):
        return "boolean"
    if column == "core_actions_per_session_30d":
        return "double"
    whole = ("score", "points", "_14d", "_30d", "_count", "employees", "rank", "qualified", "_pql")
    is_whole = column.endswith(whole) or column in ("score_before", "score_after", "value")
    return "bigint" if is_whole else "varchar"


def differences(oracle: Oracle, database: Path) -> set[tuple[str, ...]]:
    outcome = compare(
        oracle, Database(database, "pql"), 50, 1, on_start=lambda users: None, on_user=lambda: None
    )
    assert outcome.users == len(Database(database, "pql").user_ids())
    return {difference.kind for difference in outcome.differences}


def test_equal_tables_have_no_differences(world):
    assert differences(*world) == set()


@pytest.mark.parametrize(
    ("corruption", "kind"),
    [
        pytest.param(
            "update pql.pql_score_history set score = score + 1 where valid_to is null"
            " and user_id = 'ada' and model_id = 'pillars_003'",
            ("pql_score_history", "score"),
            id="a score",
        ),
        pytest.param(
            "update pql.pql_score_ledger set valid_to = valid_to - interval 1 microsecond"
            " where line_id = 'paywall_hit'",
            ("pql_score_ledger", "valid_to"),
            id="a boundary, by a microsecond",
        ),
        pytest.param(
            "update pql.pql_score_ledger set metric_id = 'sessions_30d'"
            " where line_id = 'sessions_3_to_6'",
            ("pql_score_ledger", "metric_id"),
            id="a metric",
        ),
        pytest.param(
            "delete from pql.pql_transitions where user_id = 'bob'",
            ("pql_transitions", "expected, but not in the table"),
            id="rows that are missing",
        ),
        pytest.param(
            "insert into pql.pql_scores select * replace ('eve' as user_id) from pql.pql_scores"
            " where user_id = 'bob'",
            ("pql_scores", "in the table, but not expected"),
            id="a user nobody knows",
        ),
        pytest.param(
            "insert into pql.pql_score_history select * from pql.pql_score_history"
            " where user_id = 'bob'",
            ("pql_score_history", "the row is there twice"),
            id="rows that are there twice",
        ),
        pytest.param(
            "update pql.pql_scores set respond_by_at = null",
            ("pql_scores", "respond_by_at"),
            id="a deadline",
        ),
        pytest.param(
            "update pql.pql_scores set core_actions_per_session_30d = 0.5 where user_id = 'ada'",
            ("pql_scores", "core_actions_per_session_30d"),
            id="a ratio",
        ),
        pytest.param(
            "update pql.pql_scores set next_step = 'Invite a friend' where user_id = 'bob'",
            ("pql_scores", "has_next_step"),
            id="advice to the excluded",
        ),
        pytest.param(
            "update pql.pql_hot_triggers set contact_user_id = 'bob'",
            ("pql_hot_triggers", "contact_user_id"),
            id="the wrong contact",
        ),
        pytest.param(
            "delete from pql.pql_hot_triggers",
            ("pql_hot_triggers", "expected, but not in the table"),
            id="an episode that is missing",
        ),
        pytest.param(
            "insert into pql.pql_rejected_rows select * from pql.pql_rejected_rows",
            ("pql_rejected_rows", "rows"),
            id="a rejection counted twice",
        ),
    ],
)
def test_every_corruption_is_found(world, corruption, kind):
    oracle, database = world
    with duckdb.connect(str(database)) as connection:
        connection.execute(corruption)
    assert differences(oracle, database) == {kind}


# -- The command -----------------------------------------------------------------------------------


@pytest.fixture
def run(world, tmp_path):
    """Run the command on the small world."""
    _, database = world

    def invoke(*arguments: str):
        defaults = ["--raw", str(tmp_path / "raw"), "--rules", str(RULES), "--schema", "pql"]
        defaults += ["--database", str(database), "--as-of", f"{NOW.isoformat()}Z"]
        return CliRunner().invoke(main, [*defaults, *arguments])

    return invoke


def test_equal_tables_exit_with_0(run):
    result = run()
    assert result.exit_code == 0, result.output
    assert "2 users, 3 models" in result.output
    assert "1 hot episodes" in result.output
    assert "0 differences" in result.output


def test_differences_exit_with_1_and_show_the_facts(run, world):
    with duckdb.connect(str(world[1])) as connection:
        connection.execute(
            "update pql.pql_scores set score = 99"
            " where user_id = 'ada' and model_id = 'pillars_003'"
        )
    result = run()
    assert result.exit_code == 1
    for shown in ("user_id ada", "score", "99", "usage_limit_hit", "1 differences"):
        assert shown in result.output


def test_a_difference_of_a_hot_trigger_shows_its_hits(run, world):
    with duckdb.connect(str(world[1])) as connection:
        connection.execute("update pql.pql_hot_triggers set hit_count = 2")
    result = run()
    assert result.exit_code == 1
    for shown in ("subject_id ada", "hit_count", "hits from there on: 1", "2026-05-30 12:00:00"):
        assert shown in result.output


def test_hot_triggers_that_are_not_built_are_left_out(run, world):
    with duckdb.connect(str(world[1])) as connection:
        connection.execute("drop table pql.pql_hot_triggers")
    result = run()
    assert result.exit_code == 0
    assert "pql_hot_triggers is not built" in result.output
    assert "episodes" not in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--database", "nowhere.duckdb"], "There is no database nowhere.duckdb"),
        (["--raw", "nowhere"], "There is no raw folder nowhere"),
        (["--rules", str(PROJECT / "docs")], "There is no rule seed"),
        (["--schema", "other"], "There is no table other.pql_score_history"),
        (["--as-of", "tomorrow"], "as_of is tomorrow"),
        (["--var", "pql_known_at=soon"], "soon is no instant"),
        (["--var", "pql_known_at"], "write --var name=value"),
    ],
)
def test_what_a_user_gets_wrong_is_one_sentence_and_exit_code_2(run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_a_folder_without_events_is_named(tmp_path):
    with pytest.raises(UsageProblem, match="no events file"):
        open_raw_folder(tmp_path, RULES).rows("events")
