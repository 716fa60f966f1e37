"""The Postgres server that the environment names: reached, or told in one sentence why not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pql.console import UserError
from pql.project import intermediate_schema, marts_schema, seeds_schema, staging_schema


class Database:
    """A connection that is asked the way DuckDB is asked: `execute(...)` gives the rows."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def execute(self, sql: str, parameters: object = None) -> Any:
        """The cursor of a statement that was run."""
        cursor = self.connection.cursor()
        cursor.execute(sql, parameters)
        return cursor


@contextmanager
def open_postgres() -> Iterator[Database]:
    """A connection, every statement a transaction of its own."""
    try:
        import psycopg2
    except ImportError as error:
        raise UserError(
            "The target postgres needs the package dbt-postgres; "
            "run .venv/bin/pip install -r requirements-postgres.txt."
        ) from error
    try:
        connection = psycopg2.connect(
            host=_given("HOST", "localhost"),
            port=_given("PORT", "5432"),
            user=_given("USER", "pql"),
            password=_given("PASSWORD", ""),
            dbname=_given("DATABASE", "pql"),
            connect_timeout=10,
        )
    except psycopg2.OperationalError as error:
        raise UserError(_why_unreachable(str(error))) from error
    connection.autocommit = True
    try:
        yield Database(connection)
    finally:
        connection.close()


def check_postgres() -> None:
    """Stops a build before it starts where it could not write its tables."""
    with open_postgres() as database:
        for schema in (marts_schema(), staging_schema(), intermediate_schema(), seeds_schema()):
            _check_schema(database, schema)


def where_postgres_is() -> str:
    """The database in words."""
    return f"{_given('DATABASE', 'pql')} on {_given('HOST', 'localhost')}:{_given('PORT', '5432')}"


def _given(name: str, default: str) -> str:
    """A value of the environment, as profiles.yml reads it."""
    return os.environ.get(f"PQL_PG_{name}", default)


def _check_schema(database: Database, schema: str) -> None:
    (row,) = database.execute(
        """
        select
            exists (select 1 from pg_namespace where nspname = %(schema)s),
            has_database_privilege(current_database(), 'create'),
            (
                select has_schema_privilege(oid, 'create') and has_schema_privilege(oid, 'usage')
                from pg_namespace
                where nspname = %(schema)s
            )
        """,
        {"schema": schema},
    ).fetchall()
    exists, may_create_it, may_use_it = row
    user = _given("USER", "pql")
    if not exists and not may_create_it:
        raise UserError(
            f"The schema {schema} is missing in the database {where_postgres_is()}, and {user} may "
            f'not create it; have its owner run: create schema "{schema}" authorization "{user}"'
        )
    if exists and not may_use_it:
        raise UserError(
            f"{user} may not create tables in the schema {schema} of the database "
            f'{where_postgres_is()}; have its owner run: grant all on schema "{schema}" to "{user}"'
        )


def _why_unreachable(said: str) -> str:
    user, database = _given("USER", "pql"), _given("DATABASE", "pql")
    if "password" in said or "authentication" in said:
        return (
            f"Postgres refuses the user {user}: no or a wrong password; "
            "set PQL_PG_USER and PQL_PG_PASSWORD."
        )
    if f'database "{database}" does not exist' in said:
        return f"There is no database {where_postgres_is()}; create it or set PQL_PG_DATABASE."
    if "refused" in said or "timeout" in said or "translate host name" in said:
        return (
            f"No Postgres server answers for {where_postgres_is()}; "
            "start it, or set PQL_PG_HOST and PQL_PG_PORT."
        )
    reason = said.strip().splitlines()[0]
    return f"The database {where_postgres_is()} cannot be opened ({reason})."
