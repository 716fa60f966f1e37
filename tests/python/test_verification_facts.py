"""What the oracle makes of accepted rows: entities, sessions, windows, activation."""

from datetime import timedelta

import pytest
from rows_and_answers import (
    DAY,
    HOURS,
    MICROSECOND,
    MINUTE,
    NOW,
    SECOND,
    USER,
    activation,
    add_rows,
    at,
    event,
    user,
    value,
    verdict,
)

from verification.instants import HOUR, parse_instant

# -- Entities --------------------------------------------------------------------------------------


def test_a_user_starts_at_the_earlier_of_signup_and_first_event(consult):
    oracle = consult(
        users=[user("early", signed_up_at="2026-01-01"), user("late", signed_up_at="2026-05-31")],
        events=[event("a", 10 * DAY, "early"), event("a", 10 * DAY, "late")],
    )
    assert oracle.entities.people["early"].start == parse_instant("2026-01-01")
    assert oracle.entities.people["late"].start == at(10 * DAY)
    assert oracle.scoring.verdicts("late", at(10 * DAY + MICROSECOND)) == {}


def test_the_account_is_that_of_the_row_in_force_else_of_the_latest_event(consult):
    oracle = consult(
        users=[
            user(effective_at=(NOW - 5 * DAY).isoformat(), account_id="written"),
            user(effective_at=(NOW - 2 * DAY).isoformat()),
        ],
        events=[event("a", 9 * DAY, account_id="first"), event("a", 3 * DAY, account_id="second")],
    )
    accounts = [oracle.entities.account_at(USER, at(days * DAY)) for days in (10, 9, 5, 3, 2)]
    assert accounts == [None, "first", "written", "written", "second"]


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("ada@Acme.example", "acme.example"),
        ("ada@gmail.com", None),
        ("ada@mail.gmail.com", None),
        ("ada@mail.acme.example", "acme.example"),
        ("ada@mail.acme.co.uk", "acme.co.uk"),
        ("ada@co.uk", None),
        ("ada@mail.www.ck", "www.ck"),
        ("ada@acme.ck", None),
        ("ada@www.mail.acme.ck", "mail.acme.ck"),
        ("ada@localhost", None),
        ("ada", None),
    ],
)
def test_company_domains(consult, email, domain):
    assert consult(users=[user(email=email)]).entities.domain_at(USER, at()) == domain


@pytest.mark.parametrize(
    ("title", "rank", "is_decision_maker"),
    [
        ("VP Sales", 6, 1),
        ("Vice President, Sales", 6, 1),
        ("Co-Founder", 7, 1),
        ("Senior Engineer", 2, 0),
        ("Team Lead", 3, 0),
        ("Gardener", 1, 0),
        ("", None, None),
    ],
)
def test_titles(consult, title, rank, is_decision_maker):
    entities = consult(users=[user(title=title)]).entities
    assert entities.user_attribute(USER, "seniority_rank", at()) == rank
    assert entities.user_attribute(USER, "is_decision_maker", at()) == is_decision_maker


# -- Windows and counting --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        pytest.param(timedelta(), 1, id="exactly now counts"),
        pytest.param(-MICROSECOND, 0, id="the future does not"),
        pytest.param(30 * DAY - MICROSECOND, 1, id="just inside"),
        pytest.param(30 * DAY, 0, id="exactly one window ago does not"),
    ],
)
def test_a_window_is_open_at_its_start_and_closed_at_its_end(consult, ago, expected):
    oracle = consult(users=[user()], events=[event("usage_limit_hit", ago)])
    assert value(oracle, "paywall_hits_30d") == expected


def test_offsets_are_converted(consult):
    row = event("usage_limit_hit", 30 * DAY) | {"occurred_at": "2026-05-02T13:59:59+02:00"}
    oracle = consult(users=[user()], events=[row])
    assert value(oracle, "paywall_hits_30d", SECOND) == 0
    assert value(oracle, "paywall_hits_30d", SECOND + MICROSECOND) == 1


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        pytest.param([30 * MINUTE], 1, id="exactly 30 minutes stays"),
        pytest.param([30 * MINUTE + MICROSECOND], 2, id="more than 30 minutes starts anew"),
        pytest.param([20 * MINUTE] * 40, 1, id="midnight does not matter"),
        pytest.param([30 * MINUTE] * 48, 1, id="24 hours are one session"),
        pytest.param([30 * MINUTE] * 49, 2, id="more than 24 hours are cut"),
    ],
)
def test_sessions(consult, gaps, expected):
    instants = [3 * DAY]
    for gap in gaps:
        instants.append(instants[-1] - gap)
    oracle = consult(users=[user()], events=[event("board_opened", ago) for ago in instants])
    assert value(oracle, "sessions_14d") == expected


@pytest.mark.parametrize(
    ("names", "started"),
    [
        pytest.param(["page_viewed", "board_opened"], [20], id="surface opens nothing"),
        pytest.param(["board_opened", "page_viewed", "board_opened"], [30], id="but extends"),
        pytest.param(["page_viewed", "page_viewed"], [], id="surface alone is none"),
        pytest.param(["heartbeat", "heartbeat"], [], id="idle is no activity"),
        pytest.param(
            ["board_opened", *["heartbeat"] * 3, "board_opened"], [30, -10], id="nor glue"
        ),
    ],
)
def test_what_opens_and_extends_a_session(consult, names, started):
    events = [event(name, (30 - 10 * index) * MINUTE) for index, name in enumerate(names)]
    oracle = consult(users=[user()], events=events)
    assert [session.started_at for session in oracle.signals.sessions[USER]] == [
        at(minutes * MINUTE) for minutes in started
    ]


def test_each_piece_of_a_cut_session_starts_at_its_first_real_event(consult):
    names = ["board_opened", *["page_viewed"] * 49, "board_opened"]
    agos = [2 * DAY - index * 29 * MINUTE for index in range(len(names))]
    events = [event(name, ago) for name, ago in zip(names, agos, strict=True)]
    first, second = consult(users=[user()], events=events).signals.sessions[USER]
    assert (first.started_at, second.started_at) == (at(agos[0]), at(agos[-1]))
    assert (len(first.events), len(second.events)) == (50, 1)


def test_active_seconds_add_gaps_of_at_most_five_minutes(consult):
    agos = [HOURS, HOURS - 300 * SECOND, HOURS - 601 * SECOND, HOURS - 602.7 * SECOND]
    oracle = consult(users=[user()], events=[event("board_opened", ago) for ago in agos])
    (session,) = oracle.signals.sessions[USER]
    assert session.active_seconds == 301


def test_core_actions_of_a_session_leave_with_the_session(consult):
    start = 30 * DAY
    core = [event("task_completed", start - minutes * MINUTE) for minutes in (0, 10)]
    oracle = consult(users=[user()], events=core)
    assert value(oracle, "session_core_actions_30d", MICROSECOND) == 2
    assert value(oracle, "session_core_actions_30d") == 0
    assert value(oracle, "core_actions_30d") == 1


def test_the_same_addressee_counts_once_as_long_as_one_invitation_is_in_the_window(consult):
    agos = [40 * DAY, 20 * DAY, 5 * DAY]
    events = [event("teammate_invited", ago, object_id="bob@x.example") for ago in agos]
    oracle = consult(users=[user()], events=events)
    expected = {41: 0, 40: 1, 15: 1, 5: 1, -24: 1, -25: 0}
    assert {days: value(oracle, "invites_30d", days * DAY) for days in expected} == expected


@pytest.mark.parametrize(
    ("addressee", "expected"),
    [
        pytest.param("stranger@x.example", 1, id="stranger"),
        pytest.param("ADA@acme.example", 0, id="own address"),
        pytest.param("Ada", 0, id="own id"),
        pytest.param("bob@ACME.example", 0, id="colleague by address"),
        pytest.param("bob", 0, id="colleague by id"),
        pytest.param("eve@other.example", 1, id="user of another account"),
        pytest.param("", 0, id="nobody"),
    ],
)
def test_whose_invitation_counts(consult, addressee, expected):
    users = [
        user(email="ada@acme.example", account_id="acme"),
        user("bob", email="bob@acme.example", account_id="acme"),
        user("eve", email="eve@other.example", account_id="other"),
    ]
    oracle = consult(users=users, events=[event("teammate_invited", DAY, object_id=addressee)])
    assert value(oracle, "invites_30d") == expected


def test_active_days_end_at_midnight_and_are_never_more_than_the_window(consult):
    midnight = 12 * HOURS
    events = [event("board_opened", midnight + index * DAY - HOURS) for index in range(60)]
    oracle = consult(users=[user()], events=events)
    assert value(oracle, "active_days_30d", midnight) == 29
    assert value(oracle, "active_days_30d", midnight - HOURS + MICROSECOND) == 29
    assert value(oracle, "active_days_30d", midnight - HOURS) == 30


@pytest.mark.parametrize(
    ("properties", "expected"),
    [({"calls": 40}, 40), ({"calls": "40"}, 40), ({"calls": 1.5}, 1), ({}, 1), ({"calls": 0}, 0)],
)
def test_quantities(consult, properties, expected):
    oracle = consult(users=[user()], events=[event("api_called", DAY, properties=properties)])
    assert value(oracle, "api_calls_30d") == expected


def test_an_act_on_my_object_is_credited_to_its_owner_at_that_instant(consult):
    events = [
        event("document_created", 9 * DAY, object_id="plan"),
        event("comment_added", 8 * DAY, "bob", object_id="plan"),
        event("comment_added", 7 * DAY, object_id="plan"),
        event("ownership_changed", 6 * DAY, object_id="plan", target_user_id="eve"),
        event("comment_added", 5 * DAY, "bob", object_id="plan"),
    ]
    series = consult(events=events).signals.series
    assert [fact.other for fact in series("user", USER, "comment_received").facts] == ["bob"]
    assert series("user", "eve", "comment_received").at == [at(7 * DAY) + 48 * HOUR]


def test_members_of_an_account_come_and_go(consult):
    users = [
        user("a", account_id="acme"),
        user("b", account_id="acme", effective_at=(NOW - 9 * DAY).isoformat()),
        user("b", account_id="other", effective_at=(NOW - 4 * DAY).isoformat()),
    ]
    oracle = consult(users=users)
    days = {101: None, 100: 1, 9: 2, 4: 1}
    assert {ago: value(oracle, "members", ago * DAY, "acme") for ago in days} == days


def test_silent_users_leave_no_trace_but_their_start(consult):
    oracle = consult(
        users=[user("bot", is_bot=1, signed_up_at=""), user("tester", email="t@qa.example")],
        events=[event("usage_limit_hit", DAY, who) for who in ("bot", "tester")],
    )
    assert oracle.entities.people["bot"].start == at(DAY)
    for who in ("bot", "tester"):
        assert value(oracle, "paywall_hits_30d", entity_id=who) == 0
        assert value(oracle, "sessions_14d", entity_id=who) == 0


# -- Activation ------------------------------------------------------------------------------------


def test_activation_completes_with_the_last_missing_step_in_any_order(consult):
    steps = activation(5 * DAY)
    late_project = [event("project_created", 3 * DAY)]
    oracle = consult(users=[user()], events=steps[1:] + late_project)
    assert oracle.signals.activated_at[USER, "project_management"] == at(3 * DAY)


@pytest.mark.parametrize(
    ("change", "is_activated"),
    [
        pytest.param({}, True, id="complete"),
        pytest.param({"object_id": "the same task"}, False, id="three times one task"),
        pytest.param({"target_user_id": USER}, False, id="assigned to oneself"),
        pytest.param({"target_user_id": ""}, False, id="assigned to nobody"),
    ],
)
def test_what_counts_for_a_step(consult, change, is_activated):
    rows = [{**row, **{c: v for c, v in change.items() if c in row}} for row in activation(DAY)]
    oracle = consult(users=[user()], events=rows)
    assert value(oracle, "activated") == int(is_activated)


@pytest.mark.parametrize(
    ("after_signup", "bonus"),
    [
        pytest.param(168 * HOURS, 1, id="exactly 168 hours"),
        pytest.param(168 * HOURS + SECOND, 0, id="a second late"),
        pytest.param(-DAY, 1, id="before signup"),
        pytest.param(None, None, id="signup unknown"),
    ],
)
def test_within_seven_days_of_signup(consult, after_signup, bonus):
    activated = NOW - DAY
    signed_up = "" if after_signup is None else (activated - after_signup).isoformat()
    oracle = consult(users=[user(signed_up_at=signed_up)], events=activation(DAY))
    assert value(oracle, "activated_within_7d") == bonus
    assert verdict(oracle).layer_points["activation"] == (30 if bonus else 20)


def test_a_missed_deadline_is_final(consult, rules_folder):
    for step in ("first", "second"):
        deadline = {"activation_id": "fast", "step_id": step, "min_count": 1}
        signal = "project_created" if step == "first" else "document_created"
        add_rows(
            rules_folder,
            "activation_steps",
            deadline | {"signal": signal, "count_distinct": "events", "deadline_hours": 24},
        )
    users = [user(name, signed_up_at=(NOW - 9 * DAY).isoformat()) for name in ("quick", "slow")]
    events = [event("project_created", 8 * DAY, name) for name in ("quick", "slow")]
    events += [event("document_created", 8 * DAY, "quick")]
    events += [event("document_created", 8 * DAY - MICROSECOND, "slow")]
    oracle = consult(rules_folder, users=users, events=events)
    assert oracle.signals.activated_at == {("quick", "fast"): at(8 * DAY)}
