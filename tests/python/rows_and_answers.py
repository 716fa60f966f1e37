"""Raw rows in the making, and the oracle's answers about them, for the tests of verification."""

import csv
import json
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from verification.changes import Changes
from verification.comparison import expected_rows
from verification.expectation import TableRow
from verification.instants import from_datetime
from verification.oracle import Oracle
from verification.verdicts import Verdict

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
