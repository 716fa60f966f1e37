"""The tables under test, read as they are: a database file opened read-only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from verification.expectation import TableRow
from verification.instants import from_datetime
from verification.present import COUNTS
from verification.problems import UsageProblem
from verification.rules import LAYERS
from verification.staging import Rejection


@dataclass(frozen=True)
class Mart:
    """One mart: the columns that name a row, and the columns compared."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    # compared column -> column of the mart of which only the presence is compared: wording
    # belongs to the unit tests.
    presence: tuple[tuple[str, str], ...] = ()

    @property
    def instant(self) -> str:
        """The column of the key that tells when, else the as_of of the row."""
        return self.key[-1] if self.key[-1].endswith(("_at", "_from")) else "as_of"


_STATE = (
    "model_version",
    "valid_to",
    "status",
    "is_pql",
    "is_hot",
    "score",
    *(f"{layer}_points" for layer in LAYERS),
    "adjustment_points",
    "pillars_held",
    "pillars_missing",
    "qualified_by",
    "ineligibility_reason",
)

HISTORY = Mart("pql_score_history", ("model_id", "user_id", "valid_from"), _STATE)
LEDGER = Mart(
    "pql_score_ledger",
    ("model_id", "user_id", "line_id", "valid_from"),
    ("model_version", "line_type", "layer", "points", "metric_id", "valid_to"),
)
TRANSITIONS = Mart(
    "pql_transitions",
    ("model_id", "user_id", "transitioned_at"),
    ("model_version", "from_status", "to_status", "cause", "score_before", "score_after"),
)
SCORES = Mart(
    "pql_scores",
    ("model_id", "user_id"),
    (
        "valid_from",
        *_STATE,
        "account_id",
        "hot_triggers",
        "respond_by_at",
        "signed_up_at",
        "activated_at",
        "first_pql_at",
        "latest_pql_at",
        "times_qualified",
        "last_active_at",
        *COUNTS,
        "employees",
        "industry",
        "seniority_rank",
        "points_to_pql",
        "as_of",
    ),
    presence=(("has_top_reasons", "top_reasons"), ("has_next_step", "next_step")),
)
MARTS = (HISTORY, LEDGER, TRANSITIONS, SCORES)
# Not about users alone, and not in every build.
HOT_TRIGGERS = Mart(
    "pql_hot_triggers",
    ("model_id", "trigger_id", "subject_type", "subject_id", "fired_at"),
    (
        "latest_hit_at",
        "hit_count",
        "hot_until",
        "is_hot",
        "respond_by_at",
        "value",
        "fact_count",
        "evidence_ids",
        "first_evidence_id",
        "contact_user_id",
        "account_id",
        "ineligibility_reason",
        "lane",
        "answered_at",
        "disposition",
        "answer_state",
        "as_of",
    ),
)
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
