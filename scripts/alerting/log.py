"""The log of alerts: what was told to whom. It outlives every rebuild, in a file of its own.

Written before a message leaves and again after, each in a transaction that is on disk when it
ends: whatever kills the process, the log knows what may have been sent and what was not.
"""

import fcntl
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pql.console import UserError
from pql.project import path_from_environment, shown

_SCHEMA = """
create table if not exists alerts (
    key text primary key,
    model_id text not null, trigger_id text not null,
    subject_type text not null, subject_id text not null,
    lane text not null, first_evidence_id text, rearm_quiet_hours integer not null,
    fired_at text not null, latest_hit_at text not null,
    hot_until text not null, respond_by_at text not null,
    state text not null, reason text, is_released integer not null default 0,
    first_arrived_at text, first_seen_at text not null, sending_since text, sent_at text
);
create index if not exists alerts_of_subject
    on alerts (model_id, trigger_id, subject_type, subject_id);
create table if not exists messages (
    key text not null, channel text not null,
    title text not null, body text not null, facts text not null,
    state text not null, attempts integer not null default 0,
    next_attempt_at text, error text, written_at text not null, sent_at text,
    primary key (key, channel)
);
create table if not exists incidents (
    key text primary key, checks text not null, findings text not null,
    began_at text not null, ended_at text
);
create table if not exists meta (began_at text not null);
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """What is to be said, under the key that travels with it."""

    key: str
    title: str
    body: str
    facts: Row


def log_path() -> Path:
    """Where the log is kept."""
    return path_from_environment("PQL_ALERT_LOG", "alerts.sqlite")


def text(instant: datetime | None) -> str | None:
    """An instant as the log keeps it: its texts sort like the instants."""
    return None if instant is None else instant.isoformat(" ", "microseconds")


class AlertLog:
    """The tables of the log. Every method is one transaction."""

    def __init__(self, path: Path | None) -> None:
        """Opens the log, or one in memory that ends with the process."""
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path or ":memory:", timeout=30, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def rows(self, sql: str, *values: object) -> list[Row]:
        """The rows of a query."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def write(self, sql: str, *values: object) -> int:
        """Changes rows; returns how many."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def put(self, table: str, row: Row) -> None:
        """A row, in place of the one with its key."""
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self.write(f"insert or replace into {table} ({names}) values ({marks})", *row.values())

    def began_at(self, now: datetime) -> str:
        """When the log was begun."""
        rows = self.rows("select began_at from meta")
        if not rows:
            self.put("meta", {"began_at": text(now)})
            return self.began_at(now)
        return rows[0]["began_at"]

    def enqueue(self, message: Message, channel: str, now: datetime) -> None:
        """A message for a channel, once."""
        self.write(
            "insert or ignore into messages (key, channel, title, body, facts, state, written_at)"
            " values (?, ?, ?, ?, ?, 'waiting', ?)",
            message.key,
            channel,
            message.title,
            message.body,
            json.dumps(message.facts, default=str),
            text(now),
        )

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()


@contextmanager
def sole_watcher(path: Path) -> Iterator[None]:
    """Keeps a second watch from telling everybody the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError(
                f"Another watch is using {shown(path)}; stop it, or name another log in "
                "PQL_ALERT_LOG."
            ) from error
        yield
