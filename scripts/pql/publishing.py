"""Copies a finished run to where everybody reads, so that readers and the build never meet.

Every file is written whole under another name and then renamed over the old one: a reader has
either the old run or the new one. The database comes last, so it is never newer than the rest.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pql.console import UserError
from pql.database import open_database, quoted
from pql.project import database_path, marts_schema, published_folder, seeds_schema, shown
from pql.rule_files import seed_columns


def publish_run() -> list[str]:
    """Publishes the marts and the rules they were made with; returns the names of the marts."""
    folder = published_folder()
    with open_database(database_path()) as connection:
        marts = _tables(connection, marts_schema())
        if not marts:
            raise UserError(
                f"{shown(database_path())} holds no finished run; run `make build` first."
            )
        rules = [name for name in _tables(connection, seeds_schema()) if name in seed_columns()]
        with _workshop(folder) as workshop:
            _write_database(connection, workshop / "marts.duckdb", marts, rules)
            for mart in marts:
                path = quoted(workshop / f"{mart}.parquet")
                connection.execute(
                    f"copy {_named(marts_schema(), mart)} to {path} (format parquet)"
                )
            for mart in marts:
                (workshop / f"{mart}.parquet").replace(folder / f"{mart}.parquet")
            (workshop / "marts.duckdb").replace(folder / "marts.duckdb")
    for path in folder.glob("*.parquet"):
        if path.stem not in marts:
            path.unlink()
    return marts


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """An empty folder on the same disk as `folder`, for one publisher at a time."""
    workshop = folder / ".next"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # What an interrupted run left behind is of no use to anybody.
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir()
        yield workshop
        shutil.rmtree(workshop)


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    rows = connection.execute(
        """
        select table_name
        from duckdb_tables()
        where database_name = current_database() and schema_name = ?
        order by table_name
        """,
        [schema],
    )
    return [name for (name,) in rows.fetchall()]


def _write_database(
    connection: duckdb.DuckDBPyConnection, path: Path, marts: list[str], rules: list[str]
) -> None:
    connection.execute(f"attach {quoted(path)} as next_copy")
    for schema, tables in ((marts_schema(), marts), (seeds_schema(), rules)):
        connection.execute(f'create schema next_copy."{schema}"')
        for table in tables:
            name = _named(schema, table)
            connection.execute(f"create table next_copy.{name} as select * from {name}")
    connection.execute("detach next_copy")


def _named(schema: str, table: str) -> str:
    return f'"{schema}"."{table}"'
