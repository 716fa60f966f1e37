"""Builds and tests the scores, publishes the result and shows the hottest leads.

Ends at once where no raw row, rule or setting has changed since the last run.

Exit code 0: built and published, or nothing new. 1: a rule, a model or a test failed; what was
published before stays. 2: something given to this command is wrong.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from pql.build_report import print_failures, print_intake, print_rule_problems, print_summary
from pql.console import UserError, open_console
from pql.database import check_not_in_use, open_database
from pql.dbt_run import EVERYTHING, INPUTS, SCORES, TABLES, Run, run_build
from pql.instants import check_instant, instant_text
from pql.leads import DEFAULT_LIMIT, print_leads
from pql.marts import open_marts
from pql.one_build import only_build_of_file, only_build_of_schema
from pql.postgres import check_postgres, open_postgres, where_postgres_is
from pql.project import (
    database_path,
    marts_schema,
    profile_targets,
    published_folder,
    raw_folder,
    shown,
)
from pql.publishing import publish_run
from pql.rule_files import default_model, folder_for_dbt, read_rules, rules_folder, rules_vars
from pql.run_summary import (
    inputs_digest,
    is_clock_running,
    last_run,
    note_digests,
    note_seconds,
    print_run,
    project_digest,
)
from pql.standing import standing_digest

OpenEngine = Callable[[], AbstractContextManager[Any]]


@click.command(help=__doc__)
@click.option("--raw", type=click.Path(path_type=Path), help="Folder with the raw tables.")
@click.option("--rules", type=click.Path(path_type=Path), help="Folder with the rule files.")
@click.option("--as-of", help="Instant to score: ISO, `now` or `latest` (the newest event).")
@click.option("--known-at", help="Leave out rows that were loaded after this ISO instant.")
@click.option("--target", help="Target of profiles.yml.")
@click.option("--full", is_flag=True, help="Build incremental tables from scratch.")
@click.option("--unit-tests", is_flag=True, help="Test the models too, on rows made for that.")
@click.option("--evaluation", is_flag=True, help="Compare scores with what became of them, too.")
@click.option(
    "--leads",
    type=click.IntRange(min=1),
    default=DEFAULT_LIMIT,
    show_default=True,
    help="Leads to show at the end.",
)
def build(
    raw: Path | None,
    rules: Path | None,
    as_of: str | None,
    known_at: str | None,
    target: str | None,
    full: bool,
    unit_tests: bool,
    evaluation: bool,
    leads: int,
) -> None:
    """Checks what is given, builds, publishes, reports."""
    folder = rules_folder(rules)
    read_rules(folder)
    variables = _variables(folder, as_of, known_at)
    engine = _engine(target)
    if raw:
        os.environ["PQL_RAW_DIR"] = str(raw_folder(raw))
    os.environ["PQL_RULES_DIR"] = str(folder_for_dbt(folder))
    console = open_console()
    with _only_build(engine) as open_engine:
        look = _look(console, variables, target)
        project = project_digest(folder, variables, target)
        with open_engine() as connection:
            last, inputs = last_run(connection), inputs_digest(connection, project)
            standing = standing_digest(connection, project, look.done)
        is_plain = not (full or unit_tests or evaluation)
        is_same = last.get("inputs_digest") == inputs and not is_clock_running(variables, target)
        if is_same and is_plain:
            when = instant_text(last["run_at"].replace(microsecond=0))
            console.print(f"Nothing new since the run of {when} UTC: its results stand.")
            return
        scope = EVERYTHING if evaluation else SCORES
        if is_plain and standing and last.get("standing_digest") == standing:
            scope = TABLES
        run = run_build(
            console, variables, target, scope=scope, full_refresh=full, unit_tests=unit_tests
        )
        if run.sentences:
            raise UserError("\n       ".join(run.sentences))
        if not _report(console, run, open_engine):
            sys.exit(1)
        if engine == "postgres":
            console.print(f"The marts are in the schema {marts_schema()} of {where_postgres_is()}.")
        else:
            publish_run()
            console.print(f"Published to {shown(published_folder())}/.")
        with open_engine() as connection:
            standing = standing_digest(connection, project, look.done)
            note_digests(connection, run, inputs, standing)
    if engine != "postgres":
        console.print()
        with open_marts() as marts:
            print_leads(console, marts, marts.model(None, default_model(folder)), leads)


@contextmanager
def _only_build(engine: str) -> Iterator[OpenEngine]:
    """Keeps other builds away; gives what opens the database between runs of dbt."""
    if engine == "postgres":
        check_postgres()
        with open_postgres() as postgres, only_build_of_schema(postgres):
            yield open_postgres
    else:
        with only_build_of_file(database_path()):
            check_not_in_use(database_path())
            yield partial(open_database, database_path(), read_only=False)


def _look(console: Console, variables: dict[str, Any], target: str | None) -> Run:
    """Finds out what there is to read."""
    run = run_build(console, variables, target, scope=INPUTS)
    if run.sentences:
        raise UserError("\n       ".join(run.sentences))
    if not run.succeeded:
        print_failures(console, run.failures)
        sys.exit(1)
    return run


def _engine(given: str | None) -> str:
    """The engine of a target, or of the one that is meant where none is given."""
    target = given or os.environ.get("PQL_TARGET") or "dev"
    engines = profile_targets()
    if target not in engines:
        known = ", ".join(engines)
        raise UserError(f"TARGET is {target!r}; profiles.yml has the targets {known}.")
    return engines[target]


def _variables(folder: Path, as_of: str | None, known_at: str | None) -> dict[str, Any]:
    """The vars of the run: those of the rules folder, then those of the command line."""
    variables = rules_vars(folder)
    if as_of:
        variables["pql_as_of"] = check_instant(as_of, "AS_OF", words=("now", "latest"))
    if known_at:
        variables["pql_known_at"] = check_instant(known_at, "KNOWN_AT")
    return variables


def _report(console: Console, run: Run, open_engine: OpenEngine) -> bool:
    """Says how the run went; was it good enough to publish?"""
    if "int_pql__rule_problems" in run.done:
        with open_engine() as connection:
            if print_rule_problems(console, connection):
                return False
    if not run.succeeded:
        print_failures(console, run.failures)
        return False
    print_summary(console, run)
    with open_engine() as connection:
        note_seconds(connection, run)
        print_run(console, connection)
        print_intake(console, connection)
    return True


if __name__ == "__main__":
    build()
