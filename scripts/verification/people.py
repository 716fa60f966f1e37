"""Users: their rows and events, and since when they are known."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from verification.events import Event
from verification.instants import EVER
from verification.staging import Row


class Timeline:
    """Rows that hold from their `effective_at` until the next row."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Put the rows in order; one without an instant holds since ever."""
        self.rows = sorted(rows, key=_effective_at)
        self.starts = [_effective_at(row) for row in self.rows]

    def at(self, at: int) -> dict[str, Any]:
        """The values in force, empty before the first row."""
        index = bisect_right(self.starts, at)
        return self.rows[index - 1].values if index else {}


@dataclass
class Person:
    """A user: rows and events, and what is read from them."""

    user_id: str
    history: Timeline
    events: list[Event]
    signup: int | None = None
    start: int | None = None
    erased_at: int | None = None
    # The user's events that name an account, in order, and their instants.
    located: list[Event] = field(default_factory=list)
    located_at: list[int] = field(default_factory=list)


def read_person(user_id: str, rows: list[Row], events: list[Event]) -> Person:
    """The user of these rows and events, the latter in order."""
    person = Person(user_id, Timeline(rows), events)
    signups = [row.values["signed_up_at"] for row in rows if row.values["signed_up_at"] is not None]
    if not signups:
        signups = [e.at for e in events if any(match.signal == "signup" for match in e.matches)]
    person.signup = min(signups, default=None)
    starts = [at for at in (person.signup, events[0].at if events else None) if at is not None]
    person.start = min(starts, default=None)
    erasures = [row.values["erased_at"] for row in rows if row.values["erased_at"] is not None]
    person.erased_at = min(erasures, default=None)
    person.located = [event for event in events if event.account_id is not None]
    person.located_at = [event.at for event in person.located]
    return person


def _effective_at(row: Row) -> int:
    effective_at = row.values["effective_at"]
    return EVER if effective_at is None else effective_at
