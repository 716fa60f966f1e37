"""Draws one page about the leads and how far their score can be trusted.

With --raw it builds and evaluates that folder first; with --published it takes the last evaluated
build; else it simulates 20,000 users, which takes some minutes once.

Exit code 0: drawn. 1: the build failed. 2: something given to this command is wrong.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
from rich.console import Console

from pql.console import UserError, open_console
from pql.marts import Marts, open_marts
from pql.project import PROJECT, marts_schema, shown
from pql.rule_files import default_model, rules_folder

_SCRATCH = PROJECT / "target" / "report"
_USERS = 20_000


@click.command(help=__doc__)
@click.option("--raw", type=click.Path(path_type=Path), help="Folder with the raw tables.")
@click.option("--rules", type=click.Path(path_type=Path), help="Folder with the rule files.")
@click.option("--published", is_flag=True, help="Build nothing: take what is published.")
@click.option("--model", help="The model to report on; the default model unless given.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_SCRATCH / "report.html",
    help="The page; target/report/report.html unless given.",
)
def report(
    raw: Path | None, rules: Path | None, published: bool, model: str | None, out: Path
) -> None:
    """Builds what is to be shown, reads it, writes the page."""
    if raw and published:
        raise UserError("RAW and PUBLISHED exclude each other: give the one or the other.")
    console = open_console()
    default = default_model(rules_folder(rules))
    source = f"the rows of {raw.resolve().name}" if raw else "what is published"
    if not published:
        if not raw:
            raw, source = _simulated(console), f"{_USERS:,} simulated users, no real people"
        _build(raw, rules)
    # Charts take a second to import: not before there is something to draw.
    from reporting.facts import read_facts
    from reporting.page import render

    with open_marts() as marts:
        _check_evaluated(marts)
        page = render(read_facts(marts, marts.model(model, default)), source)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    console.print(f"{len(page) / 1e6:.1f} MB: {shown(out)}", soft_wrap=True)


def _check_evaluated(marts: Marts) -> None:
    if marts.as_of() is None:
        raise UserError("Nobody is scored: there is nothing to report on.")
    if not marts.rows(
        "select 1 from duckdb_tables() where schema_name = ? and table_name = 'pql_metrics'",
        marts_schema(),
    ):
        raise UserError("The published scores are not evaluated yet; run `make evaluate` first.")


def _simulated(console: Console) -> Path:
    """A simulated product, made once, whose builds leave those of real products alone."""
    os.environ["PQL_DB"] = str(_SCRATCH / "warehouse.duckdb")
    os.environ["PQL_PUBLISHED"] = str(_SCRATCH / "published")
    raw, unfinished = _SCRATCH / "raw", _SCRATCH / "raw.unfinished"
    if not raw.exists():
        shutil.rmtree(unfinished, ignore_errors=True)
        _SCRATCH.mkdir(parents=True, exist_ok=True)
        console.print(f"No RAW is given: simulating {_USERS:,} users.")
        _run("generate_seed_data.py", "--users", str(_USERS), "--out", str(unfinished))
        unfinished.rename(raw)
    return raw


def _build(raw: Path, rules: Path | None) -> None:
    given = ("--rules", str(rules)) if rules else ()
    _run("build.py", "--raw", str(raw), *given, "--evaluation", "--leads", "3")


def _run(script: str, *arguments: str) -> None:
    """Another command of the project; where it fails it has said why."""
    done = subprocess.run([sys.executable, str(PROJECT / "scripts" / script), *arguments])
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    report()
