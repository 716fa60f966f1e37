"""What no raw row changes and stands as the last good run left it need not be made again."""

import hashlib
from collections.abc import Collection
from typing import Any

import duckdb

from pql.dbt_run import MADE_OF_SEEDS
from pql.project import intermediate_schema, marts_schema, seeds_schema, staging_schema


def standing_digest(connection: Any, project: str, made_anew: Collection[str]) -> str | None:
    """A digest of the project, and of what a DuckDB file has now: views, seeds and tables made of
    seeds with their rows, all other tables by name.

    None on Postgres, which drops views with the tables below them. `made_anew` are views that every
    run makes before anybody asks.
    """
    if not isinstance(connection, duckdb.DuckDBPyConnection):
        return None
    schemas = [marts_schema(), staging_schema(), intermediate_schema(), seeds_schema()]
    views = connection.execute(
        "select view_name, sql from duckdb_views() where list_contains(?, schema_name) order by 1",
        [schemas],
    ).fetchall()
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where list_contains(?, schema_name) order by 1, 2",
        [schemas],
    ).fetchall()
    digest = hashlib.sha256(project.encode())
    for name, sql in views:
        if name not in made_anew:
            digest.update(f"{name}: {sql}".encode())
    for schema, name in tables:
        is_of_seeds = schema == seeds_schema() or name in MADE_OF_SEEDS
        rows = _rows_digest(connection, schema, name) if is_of_seeds else ""
        digest.update(f"{name}: {rows}".encode())
    return digest.hexdigest()


def _rows_digest(connection: Any, schema: str, table: str) -> str:
    rows, hashes = connection.execute(
        f'select count(*), sum(hash(rows_of_it)) from "{schema}"."{table}" as rows_of_it'
    ).fetchall()[0]
    return f"{rows} {hashes}"
