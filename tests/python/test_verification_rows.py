"""How the oracle reads raw rows: values, rejections, versions of one row, renamed columns."""

import pytest
from input_states import write_raw_folder
from rows_and_answers import DAY, HOURS, NOW, RULES, USER, at, event, user, value

from verification.instants import parse_instant, to_text
from verification.sources import open_raw_folder
from verification.staging import Rejection


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
        ("2026-03-01T24:00", "2026-03-02 00:00:00.000000"),
        ("2026-03-01T24:01", None),
        ("2026-03-01T10:00:00+25:00", None),
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
