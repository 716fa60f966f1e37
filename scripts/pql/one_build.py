"""One build at a time: a second one is told so before it reads anything."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pql.console import UserError
from pql.postgres import Database, where_postgres_is
from pql.project import marts_schema, shown


@contextmanager
def only_build_of_file(database: Path) -> Iterator[None]:
    """Keeps other builds from a DuckDB file, also while this one does not have it open."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f"{database.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                f"Another build of {shown(database)} is running; wait for its end, "
                "or set PQL_DB and PQL_PUBLISHED to other paths."
            ) from error
        yield


@contextmanager
def only_build_of_schema(postgres: Database) -> Iterator[None]:
    """Keeps other builds from the schemas in Postgres, as long as the connection lives."""
    ((is_alone,),) = postgres.execute(
        "select pg_try_advisory_lock(hashtext('pql build'), hashtext(%s))", (marts_schema(),)
    ).fetchall()
    if not is_alone:
        raise UserError(
            f"Another build of the schema {marts_schema()} of {where_postgres_is()} is running; "
            "wait for its end, or set PQL_SCHEMA to another name."
        )
    yield
