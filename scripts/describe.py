"""Writes target/docs: every model and column on one page, and the marts as a diagram.

Reads the tables of the last build. The page needs no server and no network.
"""

import os
import shutil
from pathlib import Path

import click

from pql.console import open_console
from pql.database import open_database
from pql.project import PROJECT, database_path, shown

_FOLDER = PROJECT / "target" / "docs"

# The marts for BI, and what their keys refer to.
_DRAWN = (
    *("wildcard:model.pql.pql_score*", "model.pql.pql_transitions"),
    *("model.pql.int_pql__users", "seed.pql.pql_metrics"),
)


@click.command(help=__doc__)
def describe() -> None:
    """Describes, draws, and says where."""
    # dbt opens the file to write: whether it may is asked before it starts.
    with open_database(database_path(), read_only=False):
        pass
    console = open_console()
    console.print("Describing the tables ...")
    artifacts = _artifacts()
    _FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.copy(artifacts / "static_index.html", _FOLDER / "index.html")
    (_FOLDER / "marts.md").write_text(f"```mermaid\n{_diagram(artifacts)}\n```\n")
    console.print(f"Wrote {shown(_FOLDER)}/index.html and {shown(_FOLDER)}/marts.md.")


def _artifacts() -> Path:
    """The folder in which dbt has described the project and the tables."""
    # dbt takes seconds to import: not before there is something to see.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.chdir(PROJECT)
    run = dbtRunner().invoke(["docs", "generate", "--static", "--quiet", "--profiles-dir", "."])
    DuckDBConnectionManager.close_all_connections()
    if not run.success:
        raise click.ClickException(f"dbt could not describe the project: {run.exception}")
    return Path(os.environ.get("DBT_TARGET_PATH") or "target").resolve()


def _diagram(artifacts: Path) -> str:
    """The marts, their columns and what these refer to, as Mermaid."""
    from dbterd.api import DbtErd

    diagram = DbtErd(
        artifacts_dir=str(artifacts),
        target="mermaid",
        select=list(_DRAWN),
        resource_type=["model", "seed"],
        entity_name_format="table",
    )
    return diagram.get_erd()


if __name__ == "__main__":
    describe()
