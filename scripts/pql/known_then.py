"""The evaluation once more, on scores as they were known at each evaluated instant.

A build for every instant reads only rows loaded by then, and says what the score and the signals of
everybody were. The same models then compare those with what became of the users. What is better by
today's knowledge than it was then rests on rows that came later.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from pql.database import open_database
from pql.dbt_run import run_build
from pql.instants import instant_text
from pql.project import intermediate_schema

_SCHEMA = "pql_known_then"
_UNTESTED = ("--exclude-resource-type", "test")
_HISTORIES = ("--select", "+int_pql__status_history", "+int_pql__signal_history", *_UNTESTED)
_EVALUATION = (
    *("--select", "int_pql__scores_at_instants+", "int_pql__signals_at_instants+"),
    *_UNTESTED,
)

# What each build leaves behind: the rows that hold at the instant up to which it knows.
_HOLDS = "valid_from <= $instant and ($instant < valid_to or valid_to is null)"
_OBSERVED = {
    "scores": f"""
        select
            histories.model_id, model_version, entity_id as user_id, status, score,
            $instant as evaluated_at
        from int_pql__status_history as histories
        inner join int_pql__model_versions as versions using (model_id, model_version)
        where histories.entity_type = 'user' and versions.audience = 'free'
            and {_HOLDS.replace("valid_", "histories.valid_")}
    """,
    "signals": f"""
        select
            model_id, model_version, signal_type, signal_id, user_id, $instant as evaluated_at
        from int_pql__signal_history
        where {_HOLDS}
    """,
}


def evaluate_known_then(
    console: Console, variables: dict[str, Any], database: Path, scratch: Path
) -> Path:
    """Evaluates a copy of the database on what was known then; returns the copy."""
    shutil.rmtree(scratch, ignore_errors=True)
    copy, histories = scratch / "evaluation" / database.name, scratch / "warehouse.duckdb"
    copy.parent.mkdir(parents=True)
    shutil.copy(database, copy)
    with open_database(copy) as connection:
        instants = _instants(connection)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(instants))
        for instant in instants:
            text = instant_text(instant)
            progress.update(task, description=f"As known at {text}")
            known = {"pql_known_at": f"{text}Z", "pql_as_of": f"{text}Z"}
            _run(histories, variables | known, _HISTORIES)
            _add_observed(copy, histories, instant)
            progress.advance(task)
        progress.update(task, description="Comparing")
        _run(copy, variables | {"pql_evaluation_known_then": _SCHEMA}, _EVALUATION)
    return copy


def _instants(connection: duckdb.DuckDBPyConnection) -> list[datetime]:
    query = f"""
        select distinct evaluated_at from "{intermediate_schema()}".int_pql__evaluation_instants
        order by evaluated_at
    """
    return [instant for (instant,) in connection.execute(query).fetchall()]


def _run(database: Path, variables: dict[str, Any], scope: tuple[str, ...]) -> None:
    with _environment(PQL_DB=str(database)):
        run = run_build(Console(quiet=True), variables, scope=scope)
    if not run.succeeded:
        said = "; ".join([*run.sentences, *(failure.message for failure in run.failures)])
        raise click.ClickException(f"The build of {database} failed: {said}")


def _add_observed(copy: Path, histories: Path, instant: datetime) -> None:
    """Moves what held at the instant into the copy that is to be evaluated."""
    with open_database(histories) as connection:
        connection.execute(f'use "{histories.stem}"."{intermediate_schema()}"')
        observed = {
            name: connection.execute(query, {"instant": instant}).to_arrow_table()
            for name, query in _OBSERVED.items()
        }
    with open_database(copy, read_only=False) as connection:
        connection.execute(f"create schema if not exists {_SCHEMA}")
        for name, rows in observed.items():
            connection.register("rows_then", rows)
            table = f"{_SCHEMA}.{name}"
            connection.execute(f"create table if not exists {table} as from rows_then limit 0")
            connection.execute(f"insert into {table} from rows_then")


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
