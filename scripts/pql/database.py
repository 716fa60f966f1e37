"""Opening the working database, which lets in one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pql.console import UserError
from pql.project import shown


@contextmanager
def open_database(path: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection; says what to do where the file is missing or in use."""
    if not path.is_file():
        raise UserError(f"There is no database {shown(path)} yet; run `make build` first.")
    mode = "read_only" if read_only else "read_write"
    # Attached, not opened: a connection that opens a file to read can attach no other to write to.
    # Under the name that dbt gives it, which is written into its views.
    connection = duckdb.connect()
    try:
        connection.execute(f'attach {quoted(path)} as "{path.stem}" ({mode})')
        connection.execute(f'use "{path.stem}"')
    except duckdb.Error as error:
        connection.close()
        raise UserError(_why_closed(path, error)) from error
    try:
        yield connection
    finally:
        connection.close()


def check_not_in_use(path: Path) -> None:
    """Stops a build before it starts where another process, be it a reader, holds the file."""
    if path.is_file():
        with open_database(path, read_only=False):
            pass


def quoted(path: Path) -> str:
    """A path as a SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """What an engine says first; the rest of its messages is for its developers."""
    return str(error).strip().splitlines()[0]


def _why_closed(path: Path, error: duckdb.Error) -> str:
    if "lock" in str(error).lower():
        return (
            f"{shown(path)} is in use by another process; wait for its end or close it "
            "(reports read published/marts.duckdb, never this file)."
        )
    return f"{shown(path)} cannot be opened as a DuckDB database ({first_line(error)})."
