"""The tables under test, read as they are: a database file opened read-only."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from verification.expectation import TableRow
from verification.instants import from_datetime
from verification.marts import HOT_TRIGGERS, MARTS, Mart
from verification.problems import UsageProblem
from verification.staging import Rejection

_REJECTED = "pql_rejected_rows"


class Database:
    """The marts of one build."""

    def __init__(self, path: Path, schema: str) -> None:
        """Open the file and make sure that everything compared is there."""
        if not path.is_file():
            raise UsageProblem(f"There is no database {path}: build first, or name another file.")
        try:
            self._connection = duckdb.connect(str(path), read_only=True)
        except duckdb.Error as error:
            first_line = str(error).splitlines()[0]
            raise UsageProblem(f"{path} cannot be opened ({first_line}).") from error
        self._schema = schema
        self.has_hot_triggers = bool(self._columns(HOT_TRIGGERS.name))
        for mart in (*MARTS, HOT_TRIGGERS) if self.has_hot_triggers else MARTS:
            wanted = {*mart.key, *mart.columns, *(column for _, column in mart.presence)}
            self._require(mart.name, wanted)
        self._require(_REJECTED, set(Rejection._fields))

    def user_ids(self) -> set[str]:
        """Every user any mart knows."""
        return {
            row[0]
            for mart in MARTS
            for row in self._query(f"select distinct user_id from {self._table(mart.name)}")
        }

    def rows(self, mart: Mart, user_ids: Sequence[str]) -> dict[str, list[TableRow]]:
        """The rows of these users, by user, in the words of the expectation."""
        columns = (*mart.key, *mart.columns, *(column for _, column in mart.presence))
        names = (*mart.key, *mart.columns, *(name for name, _ in mart.presence))
        found: dict[str, list[TableRow]] = {user_id: [] for user_id in user_ids}
        query = (
            f"select {', '.join(columns)} from {self._table(mart.name)}"
            " where list_contains(?, user_id)"
        )
        for values in self._query(query, [list(user_ids)]):
            row = dict(zip(names, map(_plain, values), strict=True))
            row["model_version"] = str(row["model_version"])
            for name, _ in mart.presence:
                row[name] = row[name] is not None
            found[row["user_id"]].append(row)
        return found

    def hot_triggers(self) -> list[TableRow]:
        """Every episode, whoever it is about."""
        names = (*HOT_TRIGGERS.key, *HOT_TRIGGERS.columns)
        query = f"select {', '.join(names)} from {self._table(HOT_TRIGGERS.name)}"
        return [dict(zip(names, map(_plain, values), strict=True)) for values in self._query(query)]

    def rejections(self) -> Counter[Rejection]:
        """Every rejection, with how often it stands there."""
        columns = ", ".join(Rejection._fields)
        rows = self._query(f"select {columns} from {self._table(_REJECTED)}")
        return Counter(Rejection(*row) for row in rows)

    def _columns(self, table: str) -> set[str]:
        rows = self._query(
            "select column_name from information_schema.columns"
            " where table_schema = ? and table_name = ?",
            [self._schema, table],
        )
        return {row[0] for row in rows}

    def _require(self, table: str, columns: set[str]) -> None:
        known = self._columns(table)
        missing = sorted(columns - known)
        if not known:
            raise UsageProblem(f"There is no table {self._schema}.{table}: build it first.")
        if missing:
            raise UsageProblem(
                f"{self._schema}.{table} has no column {', '.join(missing)}: build it again."
            )

    def _table(self, name: str) -> str:
        return f'"{self._schema}"."{name}"'

    def _query(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, parameters or []).fetchall()


def _plain(value: Any) -> Any:
    return from_datetime(value) if isinstance(value, datetime) else value
