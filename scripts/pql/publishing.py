"""Copies a finished run to where everybody reads, so that readers and the build never meet.

published/.runs/8/       the last run: marts.duckdb and one Parquet file a mart
published/.runs/7/       the one before, for whoever is still reading it
published/current        -> .runs/8, put in place by one rename: all files change at once
published/marts.duckdb   -> current/marts.duckdb, and so for every file
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
    with open_database(database_path()) as connection:
        marts = _tables(connection, marts_schema())
        if not marts:
            raise UserError(
                f"{shown(database_path())} holds no finished run; run `make build` first."
            )
        rules = [name for name in _tables(connection, seeds_schema()) if name in seed_columns()]
        with _next_run(published_folder()) as run:
            _write_database(connection, run / "marts.duckdb", marts, rules)
            for mart in marts:
                path = quoted(run / f"{mart}.parquet")
                connection.execute(
                    f"copy {_named(marts_schema(), mart)} to {path} (format parquet)"
                )
    return marts


@contextmanager
def _next_run(folder: Path) -> Iterator[Path]:
    """A folder to fill, one publisher at a time; once full, the public names lead there."""
    runs, current = folder / ".runs", folder / "current"
    runs.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        last = current.resolve()
        run = runs / str(1 + max((int(path.name) for path in runs.iterdir()), default=0))
        run.mkdir()
        yield run
        files = [path.name for path in run.iterdir()]
        _point(current, Path(".runs") / run.name)
        for file in files:
            _point(folder / file, Path("current") / file)
        for path in folder.glob("*.parquet"):
            if path.name not in files:
                path.unlink()
        # Older runs, and what interrupted ones left behind, are of no use to anybody.
        for path in runs.iterdir():
            if path not in (run, last):
                shutil.rmtree(path)


def _point(link: Path, target: Path) -> None:
    """Makes a name lead to a target; at every moment it leads to the old one or to the new one."""
    if link.is_symlink() and link.readlink() == target:
        return
    next_link = link.with_name(".next")
    next_link.unlink(missing_ok=True)
    next_link.symlink_to(target)
    next_link.replace(link)


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
