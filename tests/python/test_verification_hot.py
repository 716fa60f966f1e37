"""What the oracle says of hot triggers: hits, episodes, whom to call and who has called."""

import hashlib
from datetime import timedelta
from itertools import chain, pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows_and_answers import (
    DAY,
    HOURS,
    MICROSECOND,
    NOW,
    SECOND,
    USER,
    activation,
    add_rows,
    at,
    event,
    invitations,
    user,
)

from verification.differences import differences_of
from verification.episodes import expected_episodes
from verification.expectation import TableRow
from verification.instants import EVER, HOUR
from verification.marts import HOT_TRIGGERS
from verification.metrics import Metrics
from verification.oracle import Oracle
from verification.rules import Metric, Trigger
from verification.signals import Fact, Series
from verification.triggers import Triggers, runs

WEEK = 7 * DAY


def episodes(oracle: Oracle, trigger_id: str) -> list[TableRow]:
    """The episodes of a trigger of the default model, in order of time."""
    rows = (row for row in expected_episodes(oracle) if row["trigger_id"] == trigger_id)
    return sorted(rows, key=lambda row: row["fired_at"])


def limits(*agos: timedelta, user_id: str = USER) -> list[dict[str, object]]:
    return [event("usage_limit_hit", ago, user_id) for ago in agos]


# -- Hits and firings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "third", "spikes"),
    [
        pytest.param("acme.com", 14 * DAY - SECOND, 1, id="days 1, 8, 15 less a second"),
        pytest.param("acme.com", 14 * DAY, 0, id="days 1, 8, 15"),
        pytest.param("gmail.com", 2 * DAY, 0, id="a mailbox provider"),
    ],
)
def test_a_spike_is_three_activations_of_one_company(consult, domain, third, spikes):
    days = {"a": timedelta(), "b": WEEK, "c": third}
    oracle = consult(
        users=[user(name, email=f"{name}@mail.{domain}") for name in days],
        events=[row for name, day in days.items() for row in activation(15 * DAY - day, name)],
    )
    rows = episodes(oracle, "domain_spike")
    assert [(row["subject_id"], row["value"]) for row in rows] == [(domain, 3)] * spikes
    assert all(row["evidence_ids"] == "c" for row in rows)


@pytest.mark.parametrize(
    ("first", "fired"),
    [
        pytest.param(168 * HOURS - SECOND, [timedelta()], id="168 hours less a second"),
        pytest.param(168 * HOURS, [], id="168 hours"),
    ],
)
def test_the_fifth_invitation_of_a_week_hits(consult, first, fired):
    oracle = consult(
        users=[user()], events=invitations(first, 4 * HOURS, 3 * HOURS, HOURS, timedelta())
    )
    rows = episodes(oracle, "invite_burst")
    assert [row["fired_at"] for row in rows] == [at(ago) for ago in fired]


def test_five_invitations_of_one_person_do_not_hit(consult):
    events = [event("teammate_invited", day * DAY, object_id="a@x.example") for day in range(5)]
    assert episodes(consult(users=[user()], events=events), "invite_burst") == []


@pytest.mark.parametrize(
    ("agos", "hits_of_each"),
    [
        pytest.param([10 * DAY, 3 * DAY], [2], id="exactly the quiet time"),
        pytest.param([10 * DAY + MICROSECOND, 3 * DAY], [1, 1], id="a microsecond more"),
        pytest.param([20 * DAY, 14 * DAY, 8 * DAY], [3], id="silenced hits keep it quiet"),
        pytest.param([30 * DAY, 9 * DAY, 3 * DAY], [1, 2], id="two episodes"),
        pytest.param([3 * DAY, -DAY], [1], id="not yet"),
    ],
)
def test_an_episode_ends_when_it_has_been_quiet_for_long_enough(consult, agos, hits_of_each):
    rows = episodes(consult(users=[user()], events=limits(*agos)), "paywall")
    assert [row["hit_count"] for row in rows] == hits_of_each
    past = [at(ago) for ago in agos if ago >= timedelta()]
    assert rows[0]["fired_at"] == past[0]
    assert rows[-1]["latest_hit_at"] == past[-1]
    for row in rows:
        assert row["respond_by_at"] == row["fired_at"] + 4 * HOUR
        assert row["hot_until"] == row["latest_hit_at"] + 168 * HOUR


def test_a_raised_hand_is_an_episode_each_time(consult):
    events = [event("sales_contacted", ago) for ago in (2 * SECOND, SECOND)]
    rows = episodes(consult(users=[user()], events=events), "hand_raise")
    assert [row["hit_count"] for row in rows] == [1, 1]


@pytest.mark.parametrize(("ago", "is_hot"), [(WEEK - MICROSECOND, True), (WEEK, False)])
def test_the_heat_of_a_hit_ends_after_exactly_a_week(consult, ago, is_hot):
    (row,) = episodes(consult(users=[user()], events=limits(ago)), "paywall")
    assert row["is_hot"] is is_hot


def test_what_comes_too_late_after_signup_does_not_hit(consult, rules_folder):
    metric = {"metric_id": "early", "entity_type": "user", "kind": "count", "label": "Early"}
    metric |= {"signal": "paywall_hit", "within_hours_of_signup": 24}
    add_rows(rules_folder, "metrics", metric)
    _add_trigger(rules_folder, "early", entity_type="user", lane="sales")
    events = limits(99 * DAY, 99 * DAY - MICROSECOND, 50 * DAY)
    (row,) = episodes(consult(rules_folder, users=[user()], events=events), "early")
    assert (row["hit_count"], row["latest_hit_at"]) == (1, at(99 * DAY))


def test_what_has_no_object_does_not_hit_where_objects_are_counted(consult, rules_folder):
    _add_trigger(rules_folder, "features_used_30d", entity_type="user", lane="sales")
    named = event("feature_used", 2 * DAY, object_id="export")
    oracle = consult(rules_folder, users=[user()], events=[named, event("feature_used", DAY)])
    (row,) = episodes(oracle, "features_used_30d")
    assert (row["latest_hit_at"], row["fact_count"]) == (at(2 * DAY), 1)


def test_a_late_hit_joins_two_episodes_and_its_deletion_splits_them(consult):
    apart, middle = limits(20 * DAY, 10 * DAY), limits(15 * DAY)
    assert len(episodes(consult(users=[user()], events=apart), "paywall")) == 2
    joined = consult(users=[user()], events=apart + middle)
    assert [row["hit_count"] for row in episodes(joined, "paywall")] == [3]
    later = {"is_deleted": "true", "loaded_at": NOW.isoformat()}
    deleted = [row | later for row in middle]
    split = consult(users=[user()], events=apart + middle + deleted)
    assert [row["hit_count"] for row in episodes(split, "paywall")] == [1, 1]


# -- The same, said more simply, of any hits and facts ---------------------------------------------

hits = st.sets(st.integers(0, 40)).map(sorted)
quiet_times = st.integers(0, 6)


@given(hits, quiet_times)
def test_a_hit_fires_where_none_came_in_the_quiet_time_before_it(instants, quiet):
    fired = [at for at in instants if not set(range(at - quiet, at)) & set(instants)]
    found = list(runs(instants, quiet))
    assert [run[0] for run in found] == fired
    assert list(chain.from_iterable(found)) == instants


@given(hits, quiet_times, st.integers(0, 40))
def test_one_more_hit_joins_what_is_near_it_and_one_less_splits_it_again(instants, quiet, late):
    before = {tuple(run) for run in runs(instants, quiet)}
    after = {tuple(run) for run in runs(sorted({*instants, late}), quiet)}
    near = {run for run in before if any(abs(at - late) <= quiet for at in run)}
    joined = tuple(sorted({late, *chain.from_iterable(near)}))
    assert after == before - near | {joined}


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["a", "b", "c", None]))),
    st.integers(1, 8),
    st.integers(1, 3),
    st.sampled_from(["count", "distinct_objects"]),
)
def test_a_hit_is_a_fact_at_which_enough_is_in_the_window(facts, window, lower, kind):
    found = _triggers(facts, window, kind).hits(_trigger(lower), "acme")
    expected = set()
    for instant, named in facts:
        if kind == "distinct_objects" and named is None:
            continue
        inside = [thing for at, thing in facts if instant - window < at <= instant]
        amount = len(inside) if kind == "count" else len(set(inside) - {None})
        expected |= {instant} if amount >= lower else set()
    assert found == sorted(expected)


@given(st.lists(st.integers(0, 40)), st.integers(1, 6), quiet_times, st.integers(0, 45))
def test_what_is_hot_had_a_hit_within_its_hot_time(instants, hot, quiet, now):
    triggers = _triggers([(at, None) for at in instants], 9, "count")
    trigger = _trigger(1, hot=hot, rearm=quiet)
    is_hot = any(at <= now < at + hot for at in instants)
    assert triggers.is_hot(trigger, "acme", now) is is_hot
    past = triggers.episodes(trigger, "acme", now)
    assert is_hot is (bool(past) and now < past[-1][-1] + hot)
    assert all(later[0] - earlier[-1] > quiet for earlier, later in pairwise(past))


def _triggers(facts: list[tuple[int, str | None]], window: int, kind: str) -> Triggers:
    """Triggers of a domain that has these facts."""
    metric = Metric("m", "domain", kind, "s", None, window, None, None, None)
    rules = SimpleNamespace(metrics={"m": metric})
    series = Series([Fact(instant, thing) for instant, thing in facts])
    signals = SimpleNamespace(series=lambda *name: series)
    entities = SimpleNamespace(domain_starts={"acme": EVER})
    return Triggers(signals, Metrics(entities, signals, rules), rules)


def _trigger(lower: int, hot: int = 1, rearm: int = 0) -> Trigger:
    return Trigger("t", "domain", "m", lower, hot, 1, rearm, "sales")


# -- Evidence --------------------------------------------------------------------------------------


def test_evidence_is_the_facts_at_the_hits_the_latest_first(consult):
    agos = [DAY, DAY, *[index * HOURS for index in range(12, 1, -1)], HOURS, HOURS]
    ids = [f"id{index:02}" for index in range(15)]
    events = [event("usage_limit_hit", ago, event_id=i) for ago, i in zip(agos, ids, strict=True)]
    (row,) = episodes(consult(users=[user()], events=[*events, *limits(40 * DAY)]), "paywall")[1:]
    assert (row["hit_count"], row["fact_count"], row["value"]) == (13, 15, 15)
    assert row["first_evidence_id"] == "id01"
    assert row["evidence_ids"] == ", ".join(reversed(ids[5:]))


def test_evidence_of_sessions_and_members(consult, rules_folder):
    metric = {"entity_type": "account", "label": "Anything"}
    add_rows(
        rules_folder,
        "metrics",
        metric | {"metric_id": "visits", "kind": "count", "signal": "session"},
    )
    _add_trigger(rules_folder, "visits", entity_type="account", lower=2)
    _add_trigger(rules_folder, "members", entity_type="account", lower=2)
    oracle = consult(
        rules_folder,
        users=[user(account_id="acme"), user("bob", account_id="acme")],
        events=[event("board_opened", 5 * DAY), event("board_opened", 4 * DAY, "bob")],
    )
    (visits,) = episodes(oracle, "visits")
    name = hashlib.md5(b"bob|2026-05-28 12:00:00.000000").hexdigest()
    assert (visits["fired_at"], visits["evidence_ids"]) == (at(4 * DAY), name)
    (members,) = episodes(oracle, "members")
    assert (members["fired_at"], members["fact_count"]) == (at(100 * DAY), 2)
    assert members["evidence_ids"] is None


def test_an_account_without_members_is_itself_the_account(consult, rules_folder):
    _add_trigger(rules_folder, "funding_rounds_180d", entity_type="account", lane="in_app")
    funded = event("funding_round_announced", DAY, account_id="acme")
    oracle = consult(rules_folder, users=[user(account_id="elsewhere")], events=[funded])
    (row,) = episodes(oracle, "funding_rounds_180d")
    assert (row["subject_id"], row["account_id"], row["contact_user_id"]) == ("acme", "acme", None)
    assert (row["evidence_ids"], row["lane"]) == (funded["event_id"], "in_app")


def _add_trigger(rules_folder, metric_id: str, **columns: object) -> None:
    """A trigger of a metric, and called like it."""
    row = {"model_id": "pillars_003", "trigger_id": metric_id, "metric_id": metric_id, "lower": 1}
    row |= {"hot_hours": 168, "respond_hours": 4, "rearm_quiet_hours": 168}
    add_rows(rules_folder, "hot_triggers", row | columns)


# -- Whom to call ----------------------------------------------------------------------------------


@pytest.fixture
def spike(consult):
    """Asks for the spike of acme.com that a, b and c caused ten days before NOW."""

    def read(users=(), events=()) -> TableRow:
        of_user = {name: {} for name in "abc"} | {row["user_id"]: row for row in users}
        oracle = consult(
            users=[
                user(name, email=f"{name}@acme.com") | columns for name, columns in of_user.items()
            ],
            events=[row for name in "abc" for row in activation(10 * DAY, name)] + [*events],
        )
        (row,) = episodes(oracle, "domain_spike")
        return row

    return read


@pytest.mark.parametrize(
    ("users", "contact"),
    [
        pytest.param([], "a", id="the first by name"),
        pytest.param(
            [{"user_id": "b", "title": "Engineer"}], "b", id="a title is better than none"
        ),
        pytest.param(
            [{"user_id": "b", "title": "Engineer"}, {"user_id": "c", "title": "CEO"}],
            "c",
            id="the most senior",
        ),
        pytest.param([{"user_id": "d", "title": "CEO"}], "d", id="also who did nothing"),
        pytest.param([{"user_id": "a", "erased_at": NOW - 4 * DAY}], "b", id="not the excluded"),
        pytest.param(
            [{"user_id": "c", "title": "CEO", "erased_at": NOW - 2 * DAY}],
            "c",
            id="who is excluded after the heat",
        ),
        pytest.param(
            [{"user_id": "d", "title": "CEO", "effective_at": NOW - 2 * DAY}],
            "a",
            id="who joins after the heat",
        ),
    ],
)
def test_the_contact_of_a_company(spike, users, contact):
    assert spike(users)["contact_user_id"] == contact


def test_the_contact_is_who_was_active_last_before_the_heat_ended(spike):
    events = [event("heartbeat", 5 * DAY, "b"), event("board_opened", 2 * DAY, "c")]
    assert spike(events=events)["contact_user_id"] == "b"


def test_where_everybody_is_left_out_the_contact_says_why(spike):
    row = spike([{"user_id": name, "profiling_consent": "no"} for name in "abc"])
    assert (row["contact_user_id"], row["ineligibility_reason"]) == ("a", "no_consent")


def test_a_company_that_everybody_has_left_has_no_contact(consult):
    gone = {"email": "x@elsewhere.com", "effective_at": NOW - 4 * DAY}
    oracle = consult(
        users=[
            user(name) | columns
            for name in "abc"
            for columns in ({"email": f"{name}@acme.com", "effective_at": ""}, gone)
        ],
        events=[row for name in "abc" for row in activation(10 * DAY, name)],
    )
    (row,) = episodes(oracle, "domain_spike")
    assert (row["contact_user_id"], row["account_id"]) == (None, None)
    assert (row["ineligibility_reason"], row["lane"]) == (None, "sales")


def test_the_account_is_that_of_the_contact_when_last_seen(consult):
    moves = [{"account_id": "first"}, {"account_id": "second", "effective_at": NOW - 6 * DAY}]
    moves += [{"account_id": "third", "effective_at": NOW - 2 * DAY}]
    oracle = consult(users=[user(**move) for move in moves], events=limits(10 * DAY))
    (row,) = episodes(oracle, "paywall")
    assert (row["contact_user_id"], row["account_id"]) == (USER, "second")


@pytest.mark.parametrize(
    ("employees", "lane"),
    [
        pytest.param(10, "self_serve", id="too small"),
        pytest.param(100, "sales", id="fits"),
        pytest.param("", "sales", id="nobody knows"),
    ],
)
def test_who_does_not_fit_is_left_to_self_service(consult, employees, lane):
    oracle = consult(
        users=[user(account_id="acme")],
        accounts=[{"account_id": "acme", "employees": employees}],
        events=limits(DAY),
    )
    (row,) = episodes(oracle, "paywall")
    assert row["lane"] == lane


def test_the_pillar_of_self_service_is_a_setting(consult):
    oracle = consult(users=[user()], events=limits(DAY), pql_self_serve_pillar="usage")
    (row,) = episodes(oracle, "paywall")
    assert row["lane"] == "self_serve"


# -- Who has called --------------------------------------------------------------------------------


def answer(ago: timedelta, said: str = "contacted", **columns: object) -> dict[str, object]:
    row = {"disposition_id": f"{said} {ago}", "disposition": said, "user_id": USER}
    return row | {"disposed_at": (NOW - ago).isoformat()} | columns


@pytest.mark.parametrize(
    ("fired", "answers", "state", "latest"),
    [
        pytest.param(DAY, [answer(DAY)], "met", "contacted", id="at once"),
        pytest.param(DAY, [answer(20 * HOURS)], "met", "contacted", id="at the last instant"),
        pytest.param(
            DAY, [answer(20 * HOURS - MICROSECOND)], "late", "contacted", id="a microsecond late"
        ),
        pytest.param(
            DAY, [answer(DAY + MICROSECOND)], "never_touched", None, id="before there was a reason"
        ),
        pytest.param(DAY, [answer(-HOURS)], "never_touched", None, id="in time to come"),
        pytest.param(4 * HOURS, [], "pending", None, id="the last instant to wait"),
        pytest.param(4 * HOURS + MICROSECOND, [], "never_touched", None, id="the first too late"),
        pytest.param(
            DAY,
            [answer(22 * HOURS, "accepted"), answer(23 * HOURS), answer(3 * HOURS, "rejected")],
            "met",
            "rejected",
            id="the first counts, the latest is told",
        ),
        pytest.param(
            DAY,
            [answer(HOURS, "rejected"), answer(HOURS, "accepted")],
            "late",
            "rejected",
            id="of two at once the last by name",
        ),
        pytest.param(DAY, [answer(DAY, user_id="bob")], "never_touched", None, id="of another"),
        pytest.param(
            DAY, [answer(DAY, model_id="weighted_000")], "never_touched", None, id="another model"
        ),
        pytest.param(
            DAY, [answer(DAY, trigger_id="hand_raise")], "never_touched", None, id="another trigger"
        ),
        pytest.param(
            DAY,
            [answer(DAY, model_id="pillars_003", trigger_id="paywall")],
            "met",
            "contacted",
            id="model and trigger named",
        ),
        pytest.param(
            DAY,
            [answer(DAY, user_id="", account_id="acme")],
            "met",
            "contacted",
            id="of the account",
        ),
        pytest.param(
            DAY,
            [answer(DAY, user_id="bob", account_id="acme")],
            "never_touched",
            None,
            id="of a colleague",
        ),
    ],
)
def test_answers(consult, fired, answers, state, latest):
    oracle = consult(users=[user(account_id="acme")], events=limits(fired), dispositions=answers)
    (row,) = episodes(oracle, "paywall")
    assert (row["answer_state"], row["disposition"]) == (state, latest)
    assert (row["answered_at"] is None) is (latest is None)


def test_an_answer_belongs_to_the_episode_before_it(consult):
    oracle = consult(
        users=[user()], events=limits(20 * DAY, 5 * DAY), dispositions=[answer(5 * DAY)]
    )
    states = [row["answer_state"] for row in episodes(oracle, "paywall")]
    assert states == ["never_touched", "met"]


# -- Comparison ------------------------------------------------------------------------------------


def test_a_difference_in_any_column_is_found(consult):
    expected = expected_episodes(consult(users=[user()], events=limits(DAY)))
    assert list(differences_of(HOT_TRIGGERS, expected, expected)) == []
    for column in HOT_TRIGGERS.columns:
        (difference,) = differences_of(
            HOT_TRIGGERS, expected, [row | {column: "changed"} for row in expected]
        )
        assert difference.columns.keys() == {column}
