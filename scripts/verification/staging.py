"""From raw text to accepted rows: typed values, rejections, duplicates, corrections, clamping."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from verification.contract import TABLES, Table
from verification.instants import EVER, parse_instant, to_text
from verification.settings import Settings
from verification.sources import RawFolder, RawRow
from verification.values import READERS

_UNIT_SEPARATOR = chr(31)


class Rejection(NamedTuple):
    """One faulty column of one raw row, or one row that lost a conflict."""

    table_name: str
    row_key: str
    reason: str
    column_name: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One typed row of a raw table."""

    key: str
    content_hash: str
    loaded_at: int | None
    values: dict[str, Any]


@dataclass
class Staged:
    """The accepted rows of every table and what was rejected on the way."""

    tables: dict[str, list[Row]]
    rejected: Counter[Rejection]


def stage(folder: RawFolder, settings: Settings) -> Staged:
    """Read every table of a raw folder and keep what is accepted."""
    rejected: Counter[Rejection] = Counter()
    tables = {
        table.name: _stage_table(table, folder.rows(table.name), settings, rejected)
        for table in TABLES.values()
    }
    return Staged(tables, rejected)


def _stage_table(
    table: Table, raw_rows: list[RawRow], settings: Settings, rejected: Counter[Rejection]
) -> list[Row]:
    rows = []
    for raw in raw_rows:
        if not _is_known(raw, settings):
            continue
        row = _accept(table, raw, settings, rejected)
        if row is not None:
            rows.append(row)
    rows = _one_row_per_key(table, rows, rejected)
    if table.name == "events":
        rows = [row for row in rows if not row.values["is_deleted"]]
        for row in rows:
            if row.loaded_at is not None:
                row.values["occurred_at"] = min(row.values["occurred_at"], row.loaded_at)
    return rows


def _is_known(raw: RawRow, settings: Settings) -> bool:
    """Whether the row was loaded at or before `pql_known_at`; a row without load time is."""
    loaded_at = parse_instant(raw.get("loaded_at") or "")
    return settings.known_at is None or loaded_at is None or loaded_at <= settings.known_at


def _accept(
    table: Table, raw: RawRow, settings: Settings, rejected: Counter[Rejection]
) -> Row | None:
    """The typed row, or None where a fault leaves it out; every fault is put on record."""
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    for column, kind in table.columns.items():
        text = raw.get(column)
        value = None if text is None else READERS[kind](text)
        if text is not None and value is None:
            faults[column] = "unreadable_time" if kind == "instant" else "unreadable_value"
        elif kind == "instant" and value is not None and not settings.is_in_range(value):
            faults[column] = "time_out_of_range"
        elif text is None and column in table.required:
            faults[column] = "missing_required"
        # Unreadable properties say nothing, but their text still tells one row from another.
        values[column] = text if kind == "json" else value
    if table.one_of and all(raw.get(column) is None for column in table.one_of):
        faults[table.one_of[0]] = "missing_required"
    row = _identify(table, values, settings)
    for column, reason in faults.items():
        rejected[Rejection(table.name, row.key, reason, column)] += 1
    is_left_out = any(
        reason != "unreadable_value" or column in table.required
        for column, reason in faults.items()
    )
    return None if is_left_out else row


# -- Identity --------------------------------------------------------------------------------------


def _identify(table: Table, values: dict[str, Any], settings: Settings) -> Row:
    if table.name == "events":
        values["is_deleted"] = bool(values["is_deleted"])
    content = (_as_text(values[column], table.columns[column]) for column in table.content)
    content_hash = hashlib.md5(_UNIT_SEPARATOR.join(content).encode()).hexdigest()
    key_columns = settings.event_key if table.name == "events" else table.key
    key = "|".join(_as_text(values[column], table.columns[column]) for column in key_columns)
    if table.name == "events" and all(values[column] is None for column in key_columns):
        key = content_hash
    return Row(key, content_hash, values.get("loaded_at"), values)


def _as_text(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "instant":
        return to_text(value)
    return str(value).lower() if kind == "boolean" else str(value)


def _one_row_per_key(table: Table, rows: list[Row], rejected: Counter[Rejection]) -> list[Row]:
    """Of each key: repeats are one row, a conflict is decided, the newest correction holds."""
    rows_of_key: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        rows_of_key[row.key].append(row)
    kept = []
    for versions in rows_of_key.values():
        by_load: dict[int, list[Row]] = defaultdict(list)
        for version in _first_loads(versions):
            by_load[_load(version)].append(version)
        for same_load in by_load.values():
            same_load.sort(key=_conflict_order)
            for loser in same_load[1:]:
                rejected[Rejection(table.name, loser.key, "id_conflict", None)] += 1
        kept.append(by_load[max(by_load)][0])
    return kept


def _first_loads(versions: Iterable[Row]) -> Iterable[Row]:
    """One row per content: an old content sent again after a correction is no new correction."""
    first: dict[str, Row] = {}
    for version in versions:
        known = first.get(version.content_hash)
        if known is None or _load(version) < _load(known):
            first[version.content_hash] = version
    return first.values()


def _load(row: Row) -> int:
    return EVER if row.loaded_at is None else row.loaded_at


def _conflict_order(row: Row) -> tuple[str, str, str]:
    """Events: by name, user, hash. Other tables: by hash alone. Text order is byte order."""
    event_name = row.values.get("event_name") or ""
    user_id = (row.values["user_id"] or "") if event_name else ""
    return event_name, user_id, row.content_hash
