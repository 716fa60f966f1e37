"""How many of all input states qualify: counted by hand once, and by the oracle every time."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from input_states import (
    AS_OF_TEXT,
    SIZES,
    World,
    point_states,
    point_world,
    weighted_states,
    weighted_world,
)

from verification.instants import parse_instant
from verification.oracle import Oracle
from verification.seeds import read_rules
from verification.settings import read_settings
from verification.sources import open_raw_folder
from verification.verdicts import Verdict

PROJECT = Path(__file__).parents[2]
RULES = PROJECT / "seeds" / "rules"


def verdicts_of(world: World, model_id: str, folder: Path) -> Mapping[str, Verdict]:
    """The verdict of a model on every user of a world, as of AS_OF."""
    settings = read_settings(PROJECT / "dbt_project.yml", RULES, {"pql_as_of": AS_OF_TEXT})
    raw = open_raw_folder(world.write(folder), RULES)
    oracle = Oracle.consult(raw, read_rules(RULES, settings.default_model), settings)
    at = parse_instant(AS_OF_TEXT)
    return {
        user_id: oracle.scoring.verdicts(user_id, at)[model_id]
        for user_id in oracle.entities.user_ids
    }


@pytest.fixture(scope="module")
def known_sizes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    folder = tmp_path_factory.mktemp("known_sizes")
    return verdicts_of(point_world(point_states()), "pillars_003", folder)


def test_every_state_has_its_user(known_sizes):
    assert len(known_sizes) == 864


@pytest.mark.parametrize(
    ("threshold", "expected"), [pytest.param(50, 664, id="pql"), pytest.param(70, 368, id="hot")]
)
def test_states_that_reach_a_threshold(known_sizes, threshold, expected):
    assert sum(verdict.score >= threshold for verdict in known_sizes.values()) == expected


def test_states_that_qualify(known_sizes):
    assert sum(verdict.is_pql for verdict in known_sizes.values()) == 254
    assert sum(verdict.is_hot_by_score for verdict in known_sizes.values()) == 210
    assert not any(verdict.hot_triggers for verdict in known_sizes.values())


def test_most_states_above_the_hot_threshold_that_are_not_hot_are_candidates(known_sizes):
    above = [verdict.status for verdict in known_sizes.values() if verdict.score >= 70]
    assert above.count("candidate") == 158
    assert above.count("hot") == 210


def test_points_alone_do_not_need_activation(known_sizes):
    without = [v for v in known_sizes.values() if v.pillars["activation"] is not True]
    assert sum(verdict.score >= 50 for verdict in without) == 138


def test_pillars_alone_do_not_make_the_score(known_sizes):
    complete = [v for v in known_sizes.values() if all(v.pillars.values())]
    assert len(complete) == 256
    assert sum(verdict.score < 50 for verdict in complete) == 2


def test_unknown_size_is_a_fourth_state(tmp_path):
    verdicts = verdicts_of(point_world(point_states((None, *SIZES))), "pillars_003", tmp_path)
    assert len(verdicts) == 1152
    assert sum(all(verdict.pillars.values()) for verdict in verdicts.values()) == 320
    assert sum(verdict.is_pql for verdict in verdicts.values()) == 313


def test_weighted_combinations(tmp_path):
    states = {state.user_id: state for state in weighted_states()}
    verdicts = verdicts_of(weighted_world(states.values()), "weighted_000", tmp_path)
    assert len(verdicts) == 32
    assert max(verdict.score for verdict in verdicts.values()) == 80
    qualified = [user_id for user_id, verdict in verdicts.items() if verdict.is_pql]
    assert len(qualified) == 6
    assert all(states[user_id].has_right_size for user_id in qualified)
