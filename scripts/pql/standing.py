"""Views and seeds that stand as the last good run left them need not be made again."""

import hashlib
from collections.abc import Collection
from typing import Any

import duckdb

from pql.project import intermediate_schema, marts_schema, seeds_schema, staging_schema


def standing_digest(connection: Any, project: str, made_anew: Collection[str]) -> str | None:
    """A digest of the project, and of its views and seeds as a DuckDB file has them now.

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
    seeds = connection.execute(
        "select table_name from duckdb_tables() where schema_name = ? order by 1", [seeds_schema()]
    ).fetchall()
    digest = hashlib.sha256(project.encode())
    for name, sql in views:
        if name not in made_anew:
            digest.update(f"{name}: {sql}".encode())
    for (name,) in seeds:
        digest.update(f"{name}: {_rows_digest(connection, name)}".encode())
    return digest.hexdigest()


def _rows_digest(connection: Any, seed: str) -> str:
    rows, hashes = connection.execute(
        f'select count(*), sum(hash(seed)) from "{seeds_schema()}"."{seed}" as seed'
    ).fetchall()[0]
    return f"{rows} {hashes}"
