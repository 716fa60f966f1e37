"""Raw rows as they lie in a folder: Parquet, CSV and JSON lines, renamed by `columns.csv`."""

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import duckdb

from verification.contract import TABLES
from verification.problems import UsageProblem

RawRow = dict[str, str | None]

_ENDINGS = (
    ".parquet",
    ".csv",
    ".csv.gz",
    ".jsonl",
    ".jsonl.gz",
    ".ndjson",
    ".ndjson.gz",
)

csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True)
class RawFolder:
    """A folder of raw files; `prefix` stands before the table's name in each file name."""

    path: Path
    prefix: str = ""
    # contract table -> raw table, and contract table -> {contract column: raw column}
    raw_tables: dict[str, str] = field(default_factory=dict)
    renames: dict[str, dict[str, str]] = field(default_factory=dict)

    def rows(self, table: str) -> list[RawRow]:
        """All rows of one contract table under the names of the contract, values as text."""
        files = self._files(self.raw_tables.get(table, table))
        if not files:
            if table == "events":
                raise UsageProblem(f"There is no events file in {self.path}: put one there.")
            return []
        names = {column: column for column in TABLES[table].columns}
        names |= self.renames.get(table, {})
        rows = [row for file in files for row in _read(file)]
        self._require_columns(table, names, rows)
        return [{column: _pick(row, name) for column, name in names.items()} for row in rows]

    def _files(self, raw_table: str) -> list[Path]:
        base = self.path / f"{self.prefix}{raw_table}"
        for ending in _ENDINGS:
            file = base.with_name(base.name + ending)
            if file.is_file():
                return [file]
        if base.is_dir():
            return sorted(file for file in base.iterdir() if file.name.endswith(_ENDINGS))
        return []

    def _require_columns(self, table: str, names: dict[str, str], rows: list[RawRow]) -> None:
        known = set().union(*(row.keys() for row in rows[:1000]))
        for column in TABLES[table].required:
            name = names[column]
            if rows and name not in known and name.partition(".")[0] not in known:
                raise UsageProblem(
                    f"{self.path}: {table} has no column {name}; add it, or name the raw column"
                    f" in columns.csv."
                )


def open_raw_folder(path: Path, rules_path: Path, prefix: str = "") -> RawFolder:
    """A raw folder with the renames of its `columns.csv`, or else of the rules folder's."""
    if not path.is_dir():
        raise UsageProblem(f"There is no raw folder {path}: name one that exists.")
    raw_tables: dict[str, str] = {}
    renames: dict[str, dict[str, str]] = {}
    for file in (path / "columns.csv", rules_path / "columns.csv"):
        if file.is_file():
            for row in read_csv(file, ("table", "column", "raw_table", "raw_column")):
                table, column = str(row["table"]), str(row["column"])
                if table not in TABLES or column not in TABLES[table].columns:
                    raise UsageProblem(f"{file}: {table}.{column} is no column of the contract.")
                raw_tables[table] = row["raw_table"] or table
                renames.setdefault(table, {})[column] = str(row["raw_column"])
            break
    return RawFolder(path, prefix, raw_tables, renames)


def read_csv(file: Path, columns: tuple[str, ...]) -> list[RawRow]:
    """The rows of a CSV file that must have these columns; empty values are nothing."""
    with _open(file) as stream:
        header = {name.strip(" ") for name in next(csv.reader(stream), [])}
    missing = [column for column in columns if column not in header]
    if missing:
        raise UsageProblem(f"{file} has no column {', '.join(missing)}: add it.")
    return list(_read(file))


def _read(file: Path) -> Iterator[RawRow]:
    if file.name.endswith(".parquet"):
        rows = _read_parquet(file)
    elif ".csv" in file.name:
        rows = _read_csv(file)
    else:
        rows = _read_json_lines(file)
    for row in rows:
        yield {name: _text(value) for name, value in row.items()}


def _open(file: Path) -> TextIO:
    if file.name.endswith(".gz"):
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def _read_csv(file: Path) -> Iterator[dict[str, Any]]:
    with _open(file) as stream:
        reader = csv.DictReader(stream, restkey="")
        for row in reader:
            row.pop("", None)
            yield row


def _read_json_lines(file: Path) -> Iterator[dict[str, Any]]:
    with _open(file) as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise UsageProblem(f"{file}, line {number} is no JSON: {error}.") from error


def _read_parquet(file: Path) -> Iterator[dict[str, Any]]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        relation = connection.execute(
            "select cast(columns(*) as varchar) from read_parquet(?)", [str(file)]
        )
        names = [column[0] for column in relation.description]
        for values in relation.fetchall():
            yield dict(zip(names, values, strict=True))


def _text(value: Any) -> str | None:
    """A value as trimmed text; numbers, booleans and nested values as JSON writes them."""
    if value is None:
        return None
    if not isinstance(value, str):
        value = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value.strip(" ") or None


def _pick(row: RawRow, name: str) -> str | None:
    """The value of a raw column, or, for `column.field`, of a field of its JSON text."""
    column, _, json_field = name.partition(".")
    if name in row or not json_field:
        return row.get(name)
    try:
        value = json.loads(row.get(column) or "null")
    except ValueError:
        return None
    return _text(value.get(json_field)) if isinstance(value, dict) else None
