"""The published marts: opened read-only, always one whole finished run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import duckdb

from pql.console import UserError
from pql.database import first_line
from pql.project import marts_schema, published_database, shown

Record = dict[str, Any]


class Marts:
    """Questions to the published tables. Rows come back as dictionaries."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, sql: str, *parameters: object) -> list[Record]:
        """The rows of a query that names marts as `marts.<table>`."""
        cursor = self.connection.execute(
            sql.replace("marts.", f'"{marts_schema()}".'), list(parameters)
        )
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def model_ids(self) -> list[str]:
        """The models that somebody is scored by."""
        return [
            row["model_id"]
            for row in self.rows("select distinct model_id from marts.pql_scores order by 1")
        ]

    def model(self, asked: str | None, default: str) -> str:
        """The model to show: the one asked for, else the default, else the first."""
        known = self.model_ids()
        if asked and asked not in known:
            raise UserError(
                f"No model {asked!r} is published; the models are {', '.join(known) or 'none yet'}."
            )
        return asked or (default if default in known or not known else known[0])

    def as_of(self) -> datetime | None:
        """The instant the published scores hold for; none while nobody is scored."""
        return self.rows("select max(as_of) as as_of from marts.pql_scores")[0]["as_of"]


@contextmanager
def open_marts() -> Iterator[Marts]:
    """The published marts; says what to do where there are none."""
    path = published_database()
    if not path.is_file():
        raise UserError(f"There is no {shown(path)} yet; run `make build` first.")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise UserError(
            f"{shown(path)} cannot be opened; run `make build` again. ({first_line(error)})"
        ) from error
    try:
        yield Marts(connection)
    except duckdb.CatalogException as error:
        raise UserError(
            f"{shown(path)} lacks a table; run `make build` again. ({first_line(error)})"
        ) from error
    finally:
        connection.close()
