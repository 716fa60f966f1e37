"""The oracle against answers worked out by hand, and the comparison against corrupted tables."""

import csv
import json
import shutil
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import count, pairwise
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from input_states import write_raw_folder

from verification.changes import Changes
from verification.comparison import compare, expected_rows
from verification.contract import TABLES
from verification.expectation import TableRow
from verification.instants import HOUR, from_datetime, parse_instant, to_text
from verification.oracle import Oracle
from verification.problems import UsageProblem
from verification.rules import read_rules, read_settings
from verification.scoring import Verdict
from verification.sources import open_raw_folder
from verification.staging import Rejection
from verification.tables import MARTS, Database
from verify import main

PROJECT = Path(__file__).parents[2]
RULES = PROJECT / "seeds" / "rules"

NOW = datetime(2026, 6, 1, 12)
DAY, HOURS, MINUTE, SECOND = (
    timedelta(**{unit: 1}) for unit in ("days", "hours", "minutes", "seconds")
)
MICROSECOND = timedelta(microseconds=1)
USER = "ada"

_numbers = count()


def event(name: str, ago: timedelta, user_id: str = USER, **columns: object) -> dict[str, object]:
    """An event this long before NOW."""
    row = {
        "event_id": f"e{next(_numbers):06}",
        "user_id": user_id,
        "event_name": name,
        "occurred_at": (NOW - ago).isoformat(),
    }
    if "properties" in columns:
        columns["properties"] = json.dumps(columns["properties"])
    return row | columns


def user(user_id: str = USER, **columns: object) -> dict[str, object]:
    """A row of users; who does not say otherwise signed up 100 days before NOW."""
    return {"user_id": user_id, "signed_up_at": (NOW - 100 * DAY).isoformat()} | columns


def activation(ago: timedelta, user_id: str = USER) -> list[dict[str, object]]:
    """The steps of the milestone, the last of them this long before NOW."""
    return [
        event("project_created", ago + 9 * MINUTE, user_id),
        *(
            event("task_created", ago + 5 * MINUTE, user_id, object_id=f"{user_id} {task}")
            for task in range(3)
        ),
        event("task_assigned", ago, user_id, target_user_id=f"colleague of {user_id}"),
    ]


def sessions(number: int, ago: timedelta = HOURS, user_id: str = USER) -> list[dict[str, object]]:
    """Sessions one hour apart, the latest this long before NOW."""
    return [event("board_opened", ago + index * HOURS, user_id) for index in range(number)]


def invitations(*agos: timedelta, user_id: str = USER) -> list[dict[str, object]]:
    """One invitation each, all to different people."""
    return [
        event("teammate_invited", ago, user_id, object_id=f"guest{index}@x.example")
        for index, ago in enumerate(agos)
    ]


@pytest.fixture
def rules_folder(tmp_path: Path) -> Path:
    """A copy of the default rules, to change."""
    return shutil.copytree(RULES, tmp_path / "rules")


@pytest.fixture
def consult(tmp_path: Path):
    """Read raw rows and answer: consult(events=[...], users=[...], pql_known_at=...)."""

    def read(rules: Path = RULES, pql_as_of: object = f"{NOW.isoformat()}Z", **given) -> Oracle:
        tables = {name: rows for name, rows in given.items() if name in TABLES}
        variables = {name: value for name, value in given.items() if name.startswith("pql_")}
        folder = write_raw_folder(tmp_path / "raw", {"events": [], **tables})
        settings = read_settings(
            PROJECT / "dbt_project.yml", rules, {"pql_as_of": pql_as_of, **variables}
        )
        raw = open_raw_folder(folder, rules)
        return Oracle.consult(raw, read_rules(rules, settings.default_model), settings)

    return read


def add_rows(folder: Path, seed: str, *rows: dict[str, object]) -> None:
    """Append rows to a rule seed; columns that are not given stay empty."""
    file = folder / f"pql_{seed}.csv"
    with file.open(newline="", encoding="utf-8") as stream:
        columns = next(csv.reader(stream))
    with file.open("a", newline="", encoding="utf-8") as stream:
        csv.DictWriter(stream, columns).writerows(rows)


def at(ago: timedelta = timedelta()) -> int:
    return from_datetime(NOW - ago)


def value(oracle: Oracle, metric_id: str, ago: timedelta = timedelta(), entity_id: str = USER):
    return oracle.metrics.value(metric_id, entity_id, at(ago))


def verdict(
    oracle: Oracle, ago: timedelta = timedelta(), model_id: str = "pillars_003", user_id: str = USER
) -> Verdict:
    return oracle.scoring.verdicts(user_id, at(ago))[model_id]


def rows_of(oracle: Oracle, mart: str, user_id: str = USER) -> list[TableRow]:
    """What a mart has to say about a user under the default model."""
    rows, _ = expected_rows(oracle, Changes(oracle), user_id, set())
    return [row for row in rows[mart] if row["model_id"] == "pillars_003"]


# -- Raw rows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T10:00:00", "2026-03-01 10:00:00.000000"),
        ("2026-03-01T10:00:00Z", "2026-03-01 10:00:00.000000"),
        ("2026-03-01 10:00:00+02:00", "2026-03-01 08:00:00.000000"),
        ("2026-03-01T23:30:00-0530", "2026-03-02 05:00:00.000000"),
        ("2026-03-01", "2026-03-01 00:00:00.000000"),
        ("2026-03-01T10:00:00.1234567", "2026-03-01 10:00:00.123456"),
        ("1772359200", "2026-03-01 10:00:00.000000"),
        ("1772359200123", "2026-03-01 10:00:00.123000"),
        ("2026-02-30", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_instants(text, expected):
    instant = parse_instant(text)
    assert (None if instant is None else to_text(instant)) == expected


@pytest.mark.parametrize(
    ("text", "employees"),
    [("200", 200), ("1,200", 1200), ("200.0", 200), ("51-200", 51), ("1000+", 1000), (" 5 ", 5)],
)
def test_employees(consult, text, employees):
    users = [user(account_id="acme")]
    oracle = consult(users=users, accounts=[{"account_id": "acme", "employees": text}])
    assert value(oracle, "employees", entity_id="acme") == employees


@pytest.mark.parametrize(
    ("table", "row", "reason", "column"),
    [
        ("events", {"user_id": ""}, "missing_required", "user_id"),
        ("events", {"occurred_at": "soon"}, "unreadable_time", "occurred_at"),
        ("events", {"loaded_at": "later"}, "unreadable_time", "loaded_at"),
        ("events", {"occurred_at": "1999-12-31"}, "time_out_of_range", "occurred_at"),
        ("events", {"occurred_at": "2200-01-01"}, "time_out_of_range", "occurred_at"),
        ("events", {"properties": "{"}, "unreadable_value", "properties"),
        ("events", {"is_deleted": "maybe"}, "unreadable_value", "is_deleted"),
        ("accounts", {"employees": "many"}, "unreadable_value", "employees"),
        ("subscriptions", {"is_paid": "perhaps"}, "unreadable_value", "is_paid"),
        ("leads", {"stage": "hopeful"}, "unreadable_value", "stage"),
    ],
)
def test_rejections(consult, table, row, reason, column):
    complete = {
        "events": {"event_id": "x", "user_id": "u", "event_name": "a", "occurred_at": "2026-01-01"},
        "accounts": {"account_id": "x"},
        "subscriptions": {"account_id": "x", "is_paid": "1", "started_at": "2026-01-01"},
        "leads": {"lead_id": "x", "email": "e", "stage": "mql", "entered_at": "2026-01-01"},
    }
    oracle = consult(**{table: [complete[table] | row]})
    (rejection,) = oracle.staged.rejected
    assert (rejection.table_name, rejection.reason, rejection.column_name) == (
        table,
        reason,
        column,
    )
    stays = reason == "unreadable_value" and table in ("events", "accounts")
    assert len(oracle.staged.tables[table]) == int(stays)


def version(name: str, loaded: int, is_deleted: bool = False) -> dict[str, object]:
    """One version of the same event, loaded on this day of May."""
    return {
        "event_id": "x",
        "user_id": USER,
        "event_name": name,
        "occurred_at": "2026-05-01",
        "loaded_at": f"2026-05-{loaded:02}",
        "is_deleted": is_deleted,
    }


@pytest.mark.parametrize(
    ("versions", "names"),
    [
        pytest.param([version("a", 2), version("a", 3)], ["a"], id="duplicate"),
        pytest.param([version("a", 2), version("b", 3)], ["b"], id="correction"),
        pytest.param([version("b", 2), version("a", 2)], ["a"], id="conflict"),
        pytest.param(
            [version("a", 2), version("b", 3), version("a", 4)], ["b"], id="old content again"
        ),
        pytest.param([version("a", 2), version("a", 3, True)], [], id="deletion"),
        pytest.param(
            [version("a", 2), version("a", 3, True), version("b", 4)], ["b"], id="back again"
        ),
    ],
)
def test_versions_of_one_event(consult, versions, names):
    oracle = consult(events=versions)
    assert [event.name for event in oracle.entities.events] == names


def test_the_loser_of_a_conflict_is_rejected_once(consult):
    oracle = consult(events=[version("b", 2), version("b", 2), version("a", 2)])
    assert oracle.staged.rejected == {Rejection("events", "x", "id_conflict", None): 1}


def test_rows_without_an_id_are_told_apart_by_content(consult):
    rows = [event("a", DAY), event("a", DAY), event("a", 2 * DAY)]
    oracle = consult(events=[row | {"event_id": ""} for row in rows])
    assert len(oracle.entities.events) == 2


def test_the_event_key_can_be_several_columns(consult):
    rows = [event(name, DAY) | {"event_id": "x"} for name in ("commit", "credit")]
    oracle = consult(events=rows, pql_event_key=["event_id", "event_name"])
    assert [event.key for event in oracle.entities.events] == ["x|commit", "x|credit"]


def test_an_event_from_the_future_is_clamped_to_its_first_load(consult):
    row = event("a", -DAY)
    loads = [row | {"loaded_at": (NOW - ago).isoformat()} for ago in (2 * HOURS, HOURS)]
    oracle = consult(events=loads, pql_as_of="latest")
    assert oracle.as_of == at(2 * HOURS)


def test_what_was_not_known_does_not_exist(consult):
    rows = [version("a", 2), version("b", 3)]
    oracle = consult(events=rows, pql_known_at="2026-05-02T23:59:59Z")
    assert [event.name for event in oracle.entities.events] == ["a"]


def test_columns_can_be_renamed_and_read_from_json(tmp_path):
    raw = write_raw_folder(
        tmp_path,
        {
            "columns": [
                {
                    "table": "events",
                    "column": column,
                    "raw_table": "log",
                    "raw_column": raw_column,
                }
                for column, raw_column in (("occurred_at", "when"), ("object_id", "extra.thing"))
            ],
            "log": [
                {"user_id": "u", "event_name": "a", "when": "2026-01-01", "extra": '{"thing": 7}'}
            ],
        },
    )
    (row,) = open_raw_folder(raw, RULES).rows("events")
    assert (row["occurred_at"], row["object_id"]) == ("2026-01-01", "7")


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


# -- Scores ----------------------------------------------------------------------------------------


def test_hero_is_hot_by_trigger(consult):
    agos = [HOURS + index * 14 * HOURS for index in range(12)]
    events = [event("board_opened", ago) for ago in agos]
    events += invitations(*agos[:3]) + [event("usage_limit_hit", ago) for ago in agos[:2]]
    oracle = consult(events=events)
    hero = verdict(oracle)
    assert (hero.score, hero.status, hero.qualified_by) == (45, "hot", "trigger")
    assert hero.pillar_names(held=False) == "activation, fit"
    (row,) = rows_of(oracle, "pql_scores")
    assert row["respond_by_at"] == at(agos[1]) + 4 * HOUR


def test_freelancer_is_a_candidate(consult):
    events = activation(98 * DAY) + sessions(10)
    events += [event("task_completed", HOURS) for _ in range(8)]
    oracle = consult(
        users=[user(account_id="self")],
        accounts=[{"account_id": "self", "employees": 1}],
        events=events,
    )
    freelancer = verdict(oracle)
    assert (freelancer.score, freelancer.status) == (60, "candidate")
    assert freelancer.pillars == {"activation": True, "usage": True, "fit": False}


def test_who_has_gone_quiet_is_no_pql(consult):
    oracle = consult(
        users=[user(account_id="acme")],
        accounts=[{"account_id": "acme", "employees": 300, "industry": "Software"}],
        events=[*activation(97 * DAY), event("usage_limit_hit", 60 * DAY)],
    )
    quiet = verdict(oracle)
    assert (quiet.score, quiet.status) == (55, "candidate")
    assert quiet.pillar_names(held=False) == "usage"


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="signup alone"),
        pytest.param(["board_opened"], id="one session, then absent"),
        pytest.param(["heartbeat"] * 540, id="idle for nine hours"),
        pytest.param(["premium_feature_viewed"], id="viewed a premium page"),
    ],
)
def test_what_never_scores(consult, events):
    rows = [event(name, 9 * HOURS - index * MINUTE) for index, name in enumerate(events)]
    oracle = consult(users=[user()], events=rows)
    assert (verdict(oracle).score, verdict(oracle).status) == (0, "not_qualified")


@pytest.mark.parametrize(
    ("domain", "third", "spike"),
    [
        pytest.param("acme.example", 14 * DAY - SECOND, 3, id="days 1, 8, 15 less a second"),
        pytest.param("acme.example", 14 * DAY, 2, id="days 1, 8, 15"),
        pytest.param("gmail.com", 14 * DAY - SECOND, None, id="a mailbox provider"),
    ],
)
def test_activations_of_one_company(consult, domain, third, spike):
    names = {"a": timedelta(), "b": 7 * DAY, "c": third}
    oracle = consult(
        users=[user(name, email=f"{name}@{domain}") for name in names],
        events=[row for name, day in names.items() for row in activation(15 * DAY - day, name)],
    )
    assert value(oracle, "activated_users_14d", 15 * DAY - third, domain) == spike


@pytest.mark.parametrize(
    ("agos", "status"),
    [
        pytest.param([168 * HOURS - SECOND, 4, 3, 2, 0], "hot", id="a second less than a week"),
        pytest.param([168 * HOURS, 4, 3, 2, 0], "not_qualified", id="exactly a week"),
    ],
)
def test_the_fifth_invitation(consult, agos, status):
    agos = [ago if isinstance(ago, timedelta) else ago * HOURS for ago in agos]
    oracle = consult(users=[user()], events=invitations(*agos))
    assert verdict(oracle).status == status


def test_five_invitations_to_one_address_are_one(consult):
    rows = [event("teammate_invited", hours * HOURS, object_id="a@x.example") for hours in range(5)]
    assert verdict(consult(users=[user()], events=rows)).status == "not_qualified"


@pytest.mark.parametrize(
    ("employees", "points", "fit"),
    [(49, 0, False), (50, 10, True), (199, 10, True), (200, 20, True), ("", 0, None)],
)
def test_company_size(consult, employees, points, fit):
    oracle = consult(
        users=[user(account_id="acme")],
        accounts=[{"account_id": "acme", "employees": employees}],
    )
    assert verdict(oracle).layer_points["fit"] == points
    assert verdict(oracle).pillars["fit"] is fit


@pytest.mark.parametrize(
    ("employees", "industry", "fit"),
    [
        pytest.param("", "Software", True, id="unknown size, right industry"),
        pytest.param("", "Retail", None, id="unknown size, other industry"),
        pytest.param("", "", None, id="nothing known"),
        pytest.param(10, "Software", False, id="small, right industry"),
        pytest.param(10, "", False, id="small, industry unknown"),
    ],
)
def test_the_fit_pillar_has_three_values(consult, employees, industry, fit):
    account = {"account_id": "acme", "employees": employees, "industry": industry}
    oracle = consult(users=[user(account_id="acme")], accounts=[account])
    assert verdict(oracle).pillars["fit"] is fit


def test_all_intent_rules_are_capped(consult):
    events = invitations(20 * DAY, 20 * DAY)
    events += [event(name, 20 * DAY) for name in ("usage_limit_hit", "audit_log_opened")]
    capped = verdict(consult(users=[user()], events=events))
    assert (capped.score, capped.layer_points["intent"], capped.adjustment_points) == (30, 40, -10)
    assert capped.lines["cap_intent"].points == -10


def test_rules_of_one_id_give_points_once(consult):
    events = [event(name, 20 * DAY) for name in ("audit_log_opened", "admin_settings_opened")]
    both = verdict(consult(users=[user()], events=events))
    assert both.score == 15
    assert both.lines["enterprise_access"].metric_ids == (
        "admin_accesses_30d",
        "enterprise_accesses_30d",
    )


def test_a_negative_total_is_raised_to_zero(consult, rules_folder):
    penalty = {"model_id": "pillars_003", "model_version": 1, "rule_id": "errors", "layer": "other"}
    add_rows(rules_folder, "rules", penalty | {"metric_id": "errors_30d", "lower": 1, "points": -7})
    oracle = consult(rules_folder, users=[user()], events=[event("error_shown", DAY)])
    low = verdict(oracle)
    assert (low.score, low.adjustment_points, low.lines["floor"].points) == (0, 7, 7)


@pytest.mark.parametrize(
    ("qualification", "is_complete", "has_points", "status"),
    [
        ("pillars_and_score", True, True, "pql"),
        ("pillars_and_score", True, False, "not_qualified"),
        ("pillars_and_score", False, True, "candidate"),
        ("score_only", False, True, "pql"),
        ("score_only", True, False, "not_qualified"),
        ("pillars_only", True, False, "pql"),
        ("pillars_only", False, True, "not_qualified"),
    ],
)
def test_status_by_qualification(
    consult, rules_folder, qualification, is_complete, has_points, status
):
    model = {"model_id": "m", "model_version": 1}
    add_rows(
        rules_folder,
        "models",
        model
        | {"valid_from": "2020-01-01", "entity_type": "user"}
        | {"qualification": qualification, "pql_threshold": 10},
    )
    rule = model | {"rule_id": "limit", "layer": "intent", "metric_id": "paywall_hits_30d"}
    add_rows(rules_folder, "rules", rule | {"lower": 1, "points": 10})
    pillar = model | {"pillar": "use", "alternative": 1, "metric_id": "sessions_14d", "lower": 3}
    add_rows(rules_folder, "pillars", pillar)
    events = sessions(3 if is_complete else 2)
    events += [event("usage_limit_hit", 20 * DAY)] if has_points else []
    oracle = consult(rules_folder, users=[user()], events=events)
    assert verdict(oracle, model_id="m").status == status


# -- Triggers --------------------------------------------------------------------------------------


def test_a_user_is_hot_until_a_week_after_the_latest_hit(consult):
    agos = [20 * DAY, 15 * DAY]
    oracle = consult(users=[user()], events=[event("usage_limit_hit", ago) for ago in agos])
    hot = {20 * DAY: True, 13 * DAY: True, 8 * DAY + MICROSECOND: True, 8 * DAY: False}
    assert {ago: verdict(oracle, ago).status == "hot" for ago in hot} == hot


@pytest.mark.parametrize(
    ("agos", "fired"),
    [
        pytest.param([3 * DAY], 3 * DAY, id="the first hit"),
        pytest.param([9 * DAY, 3 * DAY], 9 * DAY, id="silenced"),
        pytest.param([10 * DAY, 3 * DAY], 10 * DAY, id="exactly the quiet time is not enough"),
        pytest.param([10 * DAY + MICROSECOND, 3 * DAY], 3 * DAY, id="armed again"),
        pytest.param([15 * DAY, 9 * DAY, 3 * DAY], 15 * DAY, id="silenced hits keep it quiet"),
    ],
)
def test_firing(consult, agos, fired):
    oracle = consult(users=[user()], events=[event("usage_limit_hit", ago) for ago in agos])
    (row,) = rows_of(oracle, "pql_scores")
    assert row["respond_by_at"] == at(fired) + 4 * HOUR


def test_a_raised_hand_fires_every_time(consult):
    agos = [2 * HOURS, HOURS]
    oracle = consult(users=[user()], events=[event("sales_contacted", ago) for ago in agos])
    (row,) = rows_of(oracle, "pql_scores")
    assert (row["hot_triggers"], row["respond_by_at"]) == ("hand_raise", at())


def test_hot_by_score_is_answered_within_a_day_of_becoming_hot(consult):
    oracle = consult(
        users=[user(account_id="acme", signed_up_at=(NOW - 50 * DAY).isoformat())],
        accounts=[{"account_id": "acme", "employees": 500, "industry": "Banking"}],
        events=activation(49 * DAY) + sessions(7, 2 * HOURS),
    )
    (row,) = rows_of(oracle, "pql_scores")
    assert (row["score"], row["status"], row["qualified_by"]) == (75, "hot", "score")
    assert row["respond_by_at"] == at(2 * HOURS) + 24 * HOUR


# -- Exclusions ------------------------------------------------------------------------------------

LEAD = {"lead_id": "l", "entered_at": (NOW - 5 * DAY).isoformat()}
SUBSCRIPTION = {"started_at": (NOW - 5 * DAY).isoformat()}


@pytest.mark.parametrize(
    ("columns", "tables", "reason"),
    [
        pytest.param({"erased_at": NOW - DAY}, {}, "erased", id="erased"),
        pytest.param({"profiling_consent": "no"}, {}, "no_consent", id="objection"),
        pytest.param({"is_bot": "yes"}, {}, "bot", id="bot"),
        pytest.param({"email": "x@eu.ourcompany.example"}, {}, "internal", id="own domain"),
        pytest.param({"email": "x@rival.example"}, {}, "competitor", id="competitor"),
        pytest.param(
            {"account_id": "acme"},
            {"subscriptions": [SUBSCRIPTION | {"account_id": "acme", "is_paid": 1}]},
            "customer",
            id="customer",
        ),
        pytest.param(
            {"account_id": "acme"},
            {"subscriptions": [SUBSCRIPTION | {"account_id": "acme", "is_paid": 0}]},
            None,
            id="trial",
        ),
        pytest.param(
            {"email": "Ada@acme.example"},
            {"leads": [LEAD | {"email": "ada@ACME.example", "stage": "opportunity"}]},
            "open_opportunity",
            id="opportunity by e-mail",
        ),
        pytest.param(
            {},
            {
                "leads": [
                    LEAD | {"user_id": USER, "stage": "opportunity"},
                    LEAD | {"user_id": USER, "stage": "customer", "entered_at": NOW - DAY},
                ]
            },
            None,
            id="opportunity won",
        ),
        pytest.param(
            {},
            {"leads": [LEAD | {"user_id": USER, "stage": "disqualified"}]},
            "disqualified",
            id="disqualified",
        ),
        pytest.param({"email": "ada@gmail.com"}, {}, None, id="mailbox provider"),
        pytest.param(
            {"erased_at": NOW - DAY, "is_bot": 1, "email": "x@rival.example"},
            {},
            "erased",
            id="the first of several",
        ),
    ],
)
def test_who_is_left_out(consult, columns, tables, reason):
    oracle = consult(users=[user(**columns)], **tables)
    assert verdict(oracle).ineligibility_reason == reason
    assert (verdict(oracle).status == "excluded") is (reason is not None)


def test_a_disqualification_ends_after_thirty_days(consult):
    entered = (NOW - 40 * DAY).isoformat()
    lead = {"lead_id": "l", "user_id": USER, "stage": "disqualified", "entered_at": entered}
    oracle = consult(users=[user()], leads=[lead])
    assert verdict(oracle, 10 * DAY + MICROSECOND).ineligibility_reason == "disqualified"
    assert verdict(oracle, 10 * DAY).ineligibility_reason is None


def test_the_excluded_keep_their_rule_lines_and_score_nothing(consult):
    events = [event("usage_limit_hit", DAY), *sessions(3)]
    excluded = verdict(consult(users=[user(profiling_consent="false")], events=events))
    assert (excluded.score, excluded.status) == (0, "excluded")
    assert excluded.lines["exclusion"].points == -25
    assert excluded.layer_points["usage"] == 10


# -- History and scores ----------------------------------------------------------------------------


def test_history_is_gap_free_and_neighbours_differ(consult):
    events = [*sessions(7), event("usage_limit_hit", 20 * DAY), *activation(60 * DAY)]
    history = rows_of(consult(users=[user()], events=events), "pql_score_history")
    assert history[0]["valid_from"] == at(100 * DAY)
    assert history[-1]["valid_to"] is None
    for earlier, later in pairwise(history):
        assert earlier["valid_to"] == later["valid_from"]
        states = [
            {column: row[column] for column in row if not column.startswith("valid_")}
            for row in (earlier, later)
        ]
        assert states[0] != states[1]


def test_transitions_name_what_tipped_them(consult):
    erased = (NOW + 20 * DAY).isoformat()
    oracle = consult(
        users=[user(account_id="acme", erased_at=erased)],
        accounts=[{"account_id": "acme", "employees": 100}],
        events=activation(98 * DAY) + sessions(3, 3 * DAY) + [event("usage_limit_hit", DAY)],
    )
    steps = [
        (row["from_status"], row["to_status"], row["cause"])
        for row in rows_of(oracle, "pql_transitions")
    ]
    assert steps == [
        (None, "not_qualified", "start"),
        ("not_qualified", "pql", "pillar:usage"),
        ("pql", "hot", "trigger:paywall"),
        ("hot", "pql", "trigger:paywall"),
        ("pql", "candidate", "pillar:usage"),
        ("candidate", "excluded", "exclusion:erased"),
    ]


def test_a_new_version_counts_from_its_instant_on(consult, rules_folder):
    version_2 = {"model_id": "weighted_000", "model_version": 2, "valid_from": NOW - DAY}
    add_rows(
        rules_folder,
        "models",
        version_2 | {"entity_type": "user", "qualification": "score_only", "pql_threshold": 5},
    )
    rule = {"model_id": "weighted_000", "model_version": 2, "rule_id": "project_created"}
    rule |= {"layer": "activation", "metric_id": "projects_created_90d", "lower": 1, "points": 5}
    add_rows(rules_folder, "rules", rule)
    oracle = consult(rules_folder, users=[user()], events=[event("project_created", 9 * DAY)])
    before = verdict(oracle, DAY + MICROSECOND, "weighted_000")
    after = verdict(oracle, DAY, "weighted_000")
    assert [(v.model_version, v.score, v.status) for v in (before, after)] == [
        ("1", 20, "not_qualified"),
        ("2", 5, "pql"),
    ]
    rows, _ = expected_rows(oracle, Changes(oracle), USER, set())
    causes = [r["cause"] for r in rows["pql_transitions"] if r["model_id"] == "weighted_000"]
    assert causes == ["start", "version:2", "line:project_created"]


def test_entries_into_pql_are_counted(consult):
    agos = [90 * DAY, 60 * DAY, 58 * DAY, 5 * DAY]
    oracle = consult(users=[user()], events=[event("usage_limit_hit", ago) for ago in agos])
    (row,) = rows_of(oracle, "pql_scores")
    assert (row["first_pql_at"], row["latest_pql_at"]) == (at(90 * DAY), at(5 * DAY))
    assert row["times_qualified"] == 3


@pytest.mark.parametrize(
    ("number", "has_next_step"),
    [
        pytest.param(2, True, id="one more session is enough"),
        pytest.param(3, False, id="pql already"),
    ],
)
def test_the_next_step_is_one_metric_that_alone_is_enough(consult, number, has_next_step):
    oracle = consult(
        users=[user(account_id="acme")],
        accounts=[{"account_id": "acme", "employees": 300}],
        events=activation(98 * DAY) + sessions(number),
    )
    (row,) = rows_of(oracle, "pql_scores")
    assert (row["has_next_step"], row["points_to_pql"]) == (has_next_step, 0)


def test_there_is_no_next_step_where_no_single_metric_is_enough(consult):
    (row,) = rows_of(consult(users=[user()], events=sessions(1)), "pql_scores")
    assert (row["has_next_step"], row["points_to_pql"]) == (False, 50)


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
    if column.endswith("_at") or column in ("valid_from", "valid_to", "as_of"):
        return "timestamp"
    if column.startswith("is_"):
        return "boolean"
    if column == "core_actions_per_session_30d":
        return "double"
    whole = ("score", "points", "_14d", "_30d", "employees", "rank", "qualified", "_pql")
    is_whole = column.endswith(whole) or column in ("score_before", "score_after")
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
