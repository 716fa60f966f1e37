"""Every state of the inputs, built by the real models: the same counts, and every row verified."""

from pathlib import Path

import duckdb
import pytest
from dbt_builds import build_models
from input_states import (
    AS_OF_TEXT,
    World,
    point_states,
    point_world,
    weighted_states,
    weighted_world,
)
from rows_and_answers import PROJECT, RULES

from verification.comparison import compare
from verification.oracle import Oracle
from verification.seeds import read_rules
from verification.settings import read_settings
from verification.sources import open_raw_folder
from verification.tables import Database

pytestmark = pytest.mark.prove


def every_state() -> World:
    """The users of both models in one world; those of unknown size beside the others."""
    world, weighted = (
        point_world(point_states((None, 10, 50, 200))),
        weighted_world(weighted_states()),
    )
    world.users += weighted.users
    world.accounts += weighted.accounts
    world.events += [
        event | {"event_id": f"weighted {event['event_id']}"} for event in weighted.events
    ]
    return world


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return every_state().write(tmp_path_factory.mktemp("states") / "raw")


@pytest.fixture(scope="module")
def database(raw: Path) -> Path:
    return build_models(PROJECT, raw.parent, raw=raw, pql_as_of=AS_OF_TEXT)


@pytest.fixture(scope="module")
def scores(database: Path):
    """How many of the users of a world meet a condition: scores(point_states(), "is_pql")."""
    with duckdb.connect(str(database), read_only=True) as connection:

        def count(states, condition: str) -> int:
            users = [state.user_id for state in states]
            model = "weighted_000" if len(users) == 32 else "pillars_003"
            row = connection.execute(
                f"select count(*) from pql.pql_scores where {condition}"
                " and model_id = $model and list_contains($users, user_id)",
                {"model": model, "users": users},
            ).fetchone()
            assert row is not None
            return row[0]

        yield count


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("true", 864, id="all"),
        pytest.param("score >= 50", 664, id="score_of_a_pql"),
        pytest.param("score >= 70", 368, id="score_of_a_hot_lead"),
        pytest.param("is_pql", 254, id="pql_or_hot"),
        pytest.param("status = 'hot' and hot_triggers is null", 210, id="hot_by_score"),
        pytest.param("hot_triggers is not null", 0, id="hot_by_a_trigger"),
        pytest.param("score >= 70 and status = 'candidate'", 158, id="candidates_above_70"),
        pytest.param("score >= 50 and activated_at is null", 138, id="score_without_activation"),
        pytest.param("pillars_missing is null", 256, id="all_pillars"),
        pytest.param("pillars_missing is null and score < 50", 2, id="pillars_without_score"),
    ],
)
def test_states_of_the_point_model(scores, condition, expected):
    assert scores(point_states(), condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("true", 1152, id="all"),
        pytest.param("pillars_missing is null", 320, id="all_pillars"),
        pytest.param("is_pql", 313, id="pql_or_hot"),
    ],
)
def test_states_with_unknown_size(scores, condition, expected):
    assert scores(point_states((None, 10, 50, 200)), condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("true", 32, id="all"),
        pytest.param("is_pql", 6, id="pql"),
        pytest.param("is_pql and employees = 100", 6, id="all_of_them_with_company_size"),
        pytest.param("score = 80", 1, id="maximum"),
        pytest.param("score > 80", 0, id="above_the_maximum"),
    ],
)
def test_combinations_of_the_weighted_model(scores, condition, expected):
    assert scores(weighted_states(), condition) == expected


def test_every_ledger_and_history_is_verified(raw: Path, database: Path) -> None:
    settings = read_settings(PROJECT / "dbt_project.yml", RULES, {"pql_as_of": AS_OF_TEXT})
    rules = read_rules(RULES, settings.default_model)
    oracle = Oracle.consult(open_raw_folder(raw, RULES), rules, settings)
    tables = Database(database, "pql")
    outcome = compare(oracle, tables, 1000, 1, lambda users: None, lambda: None)
    assert outcome.users == 1152 + 32
    assert outcome.differences == []
