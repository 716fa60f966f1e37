"""The marts of two engines, row for row and value for value."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import click
import duckdb

from pql.postgres import Database
from pql.project import marts_schema

# Logs of what runs did and said name the run: no two are equal.
LOGS = ("pql_restatements", "pql_run_summary")

Row = tuple[Any, ...]
Side = duckdb.DuckDBPyConnection | Database


@dataclass(frozen=True)
class Comparison:
    """One mart on two engines: how many rows, and what only one of them holds."""

    mart: str
    columns: list[str]
    rows: int
    only_duckdb: Counter[Row]
    only_postgres: Counter[Row]

    @property
    def is_equal(self) -> bool:
        """Do both engines hold the same rows, each as often?"""
        return not self.only_duckdb and not self.only_postgres

    def first_rows(self, count: int) -> list[tuple[str, str]]:
        """The first rows of each side, in words."""
        return [
            (engine, self._in_words(row))
            for engine, rows in (("DuckDB", self.only_duckdb), ("Postgres", self.only_postgres))
            for row in sorted(rows, key=str)[:count]
        ]

    def _in_words(self, row: Row) -> str:
        named = zip(self.columns, row, strict=True)
        return ", ".join(f"{name}={value}" for name, value in named if value is not None)


def compare_marts(duckdb_side: duckdb.DuckDBPyConnection, postgres: Database) -> list[Comparison]:
    """Every mart but logs; stops where the engines do not even have the same marts and columns."""
    marts, others = _marts(duckdb_side), _marts(postgres)
    if marts != others:
        raise click.ClickException(f"DuckDB has the marts {marts}, Postgres has {others}.")
    return [_compare(mart, duckdb_side, postgres) for mart in marts]


def _marts(side: Side) -> list[str]:
    names = side.execute(f"""
        select table_name
        from information_schema.tables
        where table_schema = '{marts_schema()}' and table_type = 'BASE TABLE'
    """).fetchall()
    return sorted(name for (name,) in names if name not in LOGS)


def _compare(mart: str, duckdb_side: duckdb.DuckDBPyConnection, postgres: Database) -> Comparison:
    columns, rows = _read(duckdb_side, mart)
    other_columns, other_rows = _read(postgres, mart)
    if columns != other_columns:
        raise click.ClickException(
            f"{mart} has the columns {columns} on DuckDB, {other_columns} on Postgres."
        )
    return Comparison(mart, columns, rows.total(), rows - other_rows, other_rows - rows)


def _read(side: Side, mart: str) -> tuple[list[str], Counter[Row]]:
    cursor = side.execute(f'select * from "{marts_schema()}"."{mart}"')
    return [column[0] for column in cursor.description], Counter(cursor.fetchall())
