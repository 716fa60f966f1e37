"""The demo's CSV files: the hand-written personas, unchanged, and a simulated crowd after them."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pyarrow as pa

from pql.console import UserError
from pql.project import shown
from simulator.settings import Settings
from simulator.simulation import chunks, filler_for
from simulator.tables import SCHEMAS

# Small: the demo is built and verified many times in every run of the tests.
USERS = 300
DAYS = 90
EVENTS = 5_000

# Columns that name a row, by table: a simulated row must not answer to a persona's name.
_NAMES = {"events": "event_id", "users": "user_id", "accounts": "account_id"}

_FALSE_BY_DEFAULT = ("is_deleted", "is_bot", "is_internal")


def write_demo(seed: int, personas: Path, folder: Path) -> int:
    """Write every demo file and return how many bytes they have together."""
    handwritten = {table: _handwritten(personas, table) for table in SCHEMAS}
    settings = _settings(seed, handwritten["events"])
    (chunk,) = chunks(settings)
    for table, text in handwritten.items():
        _refuse_shared_names(table, text, chunk.tables[table])
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for table, text in handwritten.items():
        merged = text + _as_csv(chunk.tables[table], text)
        size += _file(folder, table).write_bytes(merged.encode())
    return size


def _file(folder: Path, table: str) -> Path:
    return folder / f"pql_demo_{table}.csv"


def _handwritten(personas: Path, table: str) -> str:
    path = _file(personas, table)
    if not path.exists():
        raise UserError(f"{shown(path)} does not exist: --personas names the folder that holds it.")
    text = path.read_bytes().decode()
    header = text.partition("\n")[0].strip().split(",")
    if set(header) != set(SCHEMAS[table].names):
        raise UserError(f"{shown(path)} must have the columns {', '.join(SCHEMAS[table].names)}.")
    return text if text.endswith("\n") else text + "\n"


def _settings(seed: int, events: str) -> Settings:
    """The crowd's last day ends before the personas' last event, which stays the newest."""
    newest = max(_instants(events), default=None)
    if newest is None:
        raise UserError("The personas have no event with a readable occurred_at and loaded_at.")
    start = newest.date() - timedelta(days=DAYS)
    settings = Settings(users=USERS, days=DAYS, seed=seed, start=start)
    return Settings(
        users=USERS, days=DAYS, seed=seed, start=start, filler=filler_for(settings, EVENTS)
    )


def _instants(events: str) -> Iterator[datetime]:
    for row in csv.DictReader(StringIO(events)):
        occurred_at, loaded_at = _read(row["occurred_at"]), _read(row["loaded_at"])
        if occurred_at and loaded_at:
            yield min(occurred_at, loaded_at)


def _read(text: str) -> datetime | None:
    """An instant as the personas write it; their dirty ones do not count."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _refuse_shared_names(table: str, text: str, simulated: pa.Table) -> None:
    column = _NAMES.get(table)
    if column is None:
        return
    taken = {row[column] for row in csv.DictReader(StringIO(text))}
    shared = sorted(taken.intersection(simulated[column].drop_null().to_pylist()))
    if shared:
        raise UserError(f"Persona {shared[0]} of {table} has the {column} of a simulated row.")


def _as_csv(simulated: pa.Table, text: str) -> str:
    header = text.partition("\n")[0].strip().split(",")
    written = StringIO()
    writer = csv.DictWriter(written, header, lineterminator="\n")
    for row in simulated.to_pylist():
        writer.writerow({name: _cell(name, value) for name, value in row.items()})
    return written.getvalue()


def _cell(name: str, value: object) -> object:
    """Short on purpose: whole seconds, and nothing where false is the default."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool):
        return "" if name in _FALSE_BY_DEFAULT and not value else str(value).lower()
    return value
