"""Compares the scores of the last build with what became of the users, and says what follows.

Exit code 0: evaluated and published, whatever the verdict. 1: a model or a test failed. 2:
something given to this command is wrong.
"""

import os
import sys
from pathlib import Path

import click

from pql.build_report import print_failures
from pql.console import UserError, open_console
from pql.database import check_not_in_use, open_database
from pql.dbt_run import EVALUATION, run_build
from pql.evaluation_report import print_verdicts
from pql.known_then import evaluate_known_then
from pql.known_then_report import print_changes
from pql.marts import open_marts
from pql.one_build import only_build_of_file
from pql.project import PROJECT, database_path, profile_targets, raw_folder
from pql.publishing import publish_run
from pql.rule_files import folder_for_dbt, rules_folder, rules_vars


@click.command(help=__doc__)
@click.option("--rules", type=click.Path(path_type=Path), help="Folder with the rule files.")
@click.option("--raw", type=click.Path(path_type=Path), help="Folder of raw tables, for then.")
@click.option("--known-then", is_flag=True, help="Again, on what was known at each instant.")
def evaluate(rules: Path | None, raw: Path | None, known_then: bool) -> None:
    """Builds the models of the evaluation on the last build, publishes, reports."""
    folder = rules_folder(rules)
    if profile_targets()[os.environ.get("PQL_TARGET") or "dev"] != "duckdb":
        raise UserError(
            "This reads a DuckDB file; on Postgres run `dbt build --select tag:pql_evaluation` and "
            "read the table pql_model_verdicts."
        )
    if raw:
        os.environ["PQL_RAW_DIR"] = str(raw_folder(raw))
    os.environ["PQL_RULES_DIR"] = str(folder_for_dbt(folder))
    # Before the lock leaves a file beside it: is there a database at all?
    with open_database(database_path()):
        pass
    console = open_console()
    with only_build_of_file(database_path()):
        check_not_in_use(database_path())
        run = run_build(console, rules_vars(folder), scope=EVALUATION)
        if run.sentences:
            raise UserError("\n       ".join(run.sentences))
        if not run.succeeded:
            print_failures(console, run.failures)
            sys.exit(1)
        publish_run()
        with open_marts() as marts:
            print_verdicts(console, marts)
        if known_then:
            scratch = PROJECT / "target" / "known_then"
            copy = evaluate_known_then(console, rules_vars(folder), database_path(), scratch)
            print_changes(console, database_path(), copy)


if __name__ == "__main__":
    evaluate()
