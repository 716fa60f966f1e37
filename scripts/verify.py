"""Check the marts against an independent recomputation from the raw rows and the rule seeds."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from verification.comparison import Outcome, compare
from verification.oracle import Oracle
from verification.problems import UsageProblem
from verification.report import print_outcome
from verification.seeds import read_rules
from verification.settings import read_settings
from verification.sources import open_raw_folder
from verification.tables import Database

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(context_settings={"show_default": True})
@click.option("--raw", type=FOLDER, envvar="PQL_RAW_DIR", help="Raw folder (none: the demo data).")
@click.option(
    "--rules",
    type=FOLDER,
    envvar="PQL_RULES_DIR",
    default=PROJECT / "seeds" / "rules",
    show_default="seeds/rules",
    help="Folder with the eleven rule seeds and, if vars differ, vars.yml.",
)
@click.option(
    "--database",
    type=FILE,
    envvar="PQL_DB",
    default="warehouse.duckdb",
    help="The DuckDB file to verify; it is opened read-only.",
)
@click.option("--schema", envvar="PQL_SCHEMA", default="pql", help="Schema of the marts.")
@click.option("--as-of", help="`latest` or an ISO instant: var pql_as_of of the build.")
@click.option("--known-at", help="ISO instant: var pql_known_at of the build.")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Another var.")
@click.option("--sample", default=1000, help="Random instants checked besides all boundaries.")
@click.option("--seed", default=1, help="Seed of the random instants.")
@click.option("--show", default=5, help="Differences to print.")
@click.pass_context
def main(
    context: click.Context,
    raw: Path | None,
    rules: Path,
    database: Path,
    schema: str,
    as_of: str | None,
    known_at: str | None,
    variables: tuple[str, ...],
    sample: int,
    seed: int,
    show: int,
) -> None:
    """Recompute scores, ledger, history, transitions and hot triggers from raw rows, and compare.

    Every user of every model is checked at every instant at which anything changes, one
    microsecond before it, at as_of, and at random instants; hot triggers of users, accounts and
    domains at as_of, where they are built. Exit code 0: equal; 1: differences; 2: something is
    missing.
    """
    overrides = dict(_split(variable) for variable in variables)
    overrides |= {"pql_as_of": as_of} if as_of else {}
    overrides |= {"pql_known_at": known_at} if known_at else {}
    settings = read_settings(PROJECT / "dbt_project.yml", rules, overrides)
    tables = Database(database, schema)
    demo = PROJECT / "seeds" / "demo"
    folder = open_raw_folder(raw or demo, rules, prefix="" if raw else "pql_demo_")
    console = Console()
    with console.status("Reading raw rows and deriving facts"):
        oracle = Oracle.consult(folder, read_rules(rules, settings.default_model), settings)
    outcome = _compare(console, oracle, tables, sample, seed)
    print_outcome(console, oracle, outcome, show)
    context.exit(1 if outcome.differences else 0)


def _split(variable: str) -> tuple[str, str]:
    name, is_assigned, value = variable.partition("=")
    if not is_assigned:
        raise UsageProblem(f"--var {variable} has no value: write --var name=value.")
    return name, value


def _compare(console: Console, oracle: Oracle, tables: Database, sample: int, seed: int) -> Outcome:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Comparing users", total=None)
        return compare(
            oracle,
            tables,
            sample,
            seed,
            on_start=lambda users: progress.update(task, total=users),
            on_user=lambda: progress.advance(task),
        )


if __name__ == "__main__":
    main()
