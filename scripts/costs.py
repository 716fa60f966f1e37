"""What each table of the last build costs: rows, space on disk, and what a run writes.

Views cost nothing on disk; whoever reads them pays. Times are in make bench.
"""

import json
from dataclasses import dataclass
from typing import Any

import click
import duckdb
from rich.console import Console

from pql.console import UserError, new_table, open_console
from pql.database import open_database
from pql.project import database_path, path_from_environment, shown

DEFAULT_LIMIT = 20
_WRITTEN = {"incremental": "what changed", "table": "all", "seed": "all"}


@dataclass(frozen=True)
class Cost:
    """A table of the project."""

    name: str
    written: str
    rows: int
    size: int


@click.command(help=__doc__)
@click.option("--limit", type=click.IntRange(min=1), default=DEFAULT_LIMIT, show_default=True)
def costs(limit: int) -> None:
    """Reads the last build, and prints its largest tables and the sum of all."""
    nodes = _nodes()
    with open_database(database_path()) as connection:
        measured = [cost for node in nodes if (cost := _measured(connection, node))]
    if not measured:
        raise UserError(f"{shown(database_path())} holds no tables; run `make build` first.")
    _print(open_console(), sorted(measured, key=lambda cost: -cost.size), limit)


def _nodes() -> list[dict[str, Any]]:
    """The models and seeds that dbt makes tables of, as it noted them in its last run."""
    manifest = path_from_environment("DBT_TARGET_PATH", "target") / "manifest.json"
    if not manifest.is_file():
        raise UserError(f"There is no {shown(manifest)}; run `make build` first.")
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return [node for node in nodes if node["config"].get("materialized") in _WRITTEN]


def _measured(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> Cost | None:
    """Rows and blocks of a table; none if the last build had no use for it."""
    table = f'"{node["schema"]}"."{node["alias"]}"'
    try:
        ((rows,),) = connection.execute(f"select count(*) from {table}").fetchall()
    except duckdb.CatalogException:
        return None
    # Small tables share a block, which counts for each of them.
    ((size,),) = connection.execute(
        f"""
        select count(distinct storage.block_id) * max(database.block_size)
        from pragma_storage_info('{table}') as storage
        inner join pragma_database_size() as database
            on database.database_name = current_database() and storage.block_id >= 0
        """
    ).fetchall()
    return Cost(node["alias"], _WRITTEN[node["config"]["materialized"]], rows, size or 0)


def _print(console: Console, costs: list[Cost], limit: int) -> None:
    table = new_table("The largest tables")
    table.add_column("Table", overflow="fold")
    for heading in ("Rows", "MB"):
        table.add_column(heading, justify="right")
    table.add_column("A run writes")
    for cost in costs[:limit]:
        table.add_row(cost.name, f"{cost.rows:,}", _megabytes(cost.size), cost.written)
    console.print(table)
    console.print(
        f"{len(costs)} tables, {sum(cost.rows for cost in costs):,} rows; "
        f"{shown(database_path())} has {_megabytes(database_path().stat().st_size)} MB."
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"


if __name__ == "__main__":
    costs()
