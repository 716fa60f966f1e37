"""Builds the same input on DuckDB and on Postgres and compares every mart, row for row.

DuckDB builds everything at once. A private Postgres server gets there step by step: first what was
loaded early, then the rest, then nothing new; so equal marts also say that incremental builds
are exact. The marts are compared at three instants: at two thirds of the events, at the newest
one, and ten days later.

Without --raw the demo is built, else a folder of raw tables, which Postgres gets by COPY.
Exit code 0: equal. 1: not equal, or a build failed. 2: something given is wrong.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console

from engines.builds import Engine
from engines.comparison import Comparison, compare_marts
from engines.raw_tables import load_raw_folder
from engines.server import private_server
from pql.console import UserError, new_table, open_console, printable
from pql.database import open_database
from pql.postgres import open_postgres
from pql.project import raw_folder, staging_schema
from pql.rule_files import folder_for_dbt, read_rules, rules_folder, rules_vars

_FIRST_ROWS = 3
# What changes with the clock, and nothing else.
_NOW = ("--select", "int_pql__clock+")


@click.command(help=__doc__)
@click.option("--raw", type=click.Path(path_type=Path), help="Folder with the raw tables.")
@click.option("--rules", type=click.Path(path_type=Path), help="Folder with the rule files.")
def parity(raw: Path | None, rules: Path | None) -> None:
    """Builds, compares, reports."""
    folder = rules_folder(rules)
    read_rules(folder)
    if raw:
        raw = raw_folder(raw)
    console = open_console()
    with private_server() as server, TemporaryDirectory(prefix="pql-parity-") as scratch:
        os.environ.update(server.environment)
        os.environ["PQL_RULES_DIR"] = str(folder_for_dbt(folder))
        if not _are_equal(console, raw and raw.resolve(), folder, Path(scratch)):
            sys.exit(1)
    console.print("Every mart is equal on both engines.")


def _are_equal(console: Console, raw: Path | None, rules: Path, scratch: Path) -> bool:
    """Builds on both engines, step by step, and says what differs."""
    warehouse = scratch / "warehouse.duckdb"
    embedded = Engine(
        "DuckDB", "dev", scratch, {"PQL_DB": str(warehouse), "PQL_RAW_DIR": str(raw or "")}
    )
    server = Engine("Postgres", "postgres", scratch, {})
    variables = {**rules_vars(rules), "pql_as_of": "latest"}
    remote_variables: dict[str, Any] = dict(variables)
    if raw:
        console.print("Copying the raw tables to Postgres ...")
        with open_postgres() as postgres:
            remote_variables |= load_raw_folder(postgres, raw, rules)

    console.print("DuckDB: building everything ...")
    embedded.build(variables)
    early, instants = _instants(warehouse)
    if early:
        console.print(f"Postgres: building what was loaded by {early} ...")
        server.build({**remote_variables, "pql_known_at": _iso(early)})
    console.print("Postgres: building the rest ...")
    server.build(remote_variables)
    console.print("Postgres: building again, without anything new ...")
    server.build(remote_variables)

    is_equal = True
    for instant in instants:
        console.print(f"Both: the scores at {instant} ...")
        for engine, given in ((embedded, variables), (server, remote_variables)):
            engine.build({**given, "pql_as_of": _iso(instant)}, *_NOW)
        with open_database(warehouse) as connection, open_postgres() as postgres:
            comparisons = compare_marts(connection, postgres)
        _print_comparisons(console, instant, comparisons)
        is_equal &= all(comparison.is_equal for comparison in comparisons)
    return is_equal


def _instants(warehouse: Path) -> tuple[datetime | None, list[datetime]]:
    """When nine tenths of the events were loaded, and the three instants to compare at."""
    with open_database(warehouse) as connection:
        early, earlier, newest = connection.execute(f"""
            select
                quantile_disc(loaded_at, 0.9),
                quantile_disc(occurred_at, 0.66),
                max(occurred_at)
            from {staging_schema()}.stg_pql__events
        """).fetchall()[0]
    if newest is None:
        raise UserError("There are no events to compare; name a folder that has some.")
    return early, [earlier, newest, newest + timedelta(days=10)]


def _iso(instant: datetime) -> str:
    return f"{instant.isoformat()}Z"


def _print_comparisons(console: Console, instant: datetime, comparisons: list[Comparison]) -> None:
    table = new_table(f"As of {instant}")
    table.add_column("Mart")
    for heading in ("Rows", "Only DuckDB", "Only Postgres"):
        table.add_column(heading, justify="right")
    for comparison in comparisons:
        table.add_row(
            comparison.mart,
            f"{comparison.rows:,}",
            f"{comparison.only_duckdb.total():,}",
            f"{comparison.only_postgres.total():,}",
        )
    console.print(table)
    console.print()
    for comparison in comparisons:
        for engine, row in comparison.first_rows(_FIRST_ROWS):
            console.print(f"{comparison.mart}, only {engine}: {printable(row)}")


if __name__ == "__main__":
    parity()
