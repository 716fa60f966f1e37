"""Writes the table of docs/vars.md: every var of dbt_project.yml, its default and its comment."""

import json
import re

import click
import yaml

from pql.console import open_console
from pql.project import PROJECT, shown

PAGE = PROJECT / "docs" / "vars.md"
PROJECT_FILE = PROJECT / "dbt_project.yml"

_BEGIN, _END = "<!-- written by make pages -->", "<!-- end -->"
_BLOCK = re.compile(r"  # -- (?P<title>\w+) -+")
_COMMENT = re.compile(r"  # (?P<text>.+)")
_VAR = re.compile(r"  (?P<name>\w+):")


def vars_table(project_file: str) -> str:
    """A Markdown table, with a line for each labelled block of vars."""
    defaults = yaml.safe_load(project_file)["vars"]
    rows = ["| var | default | what it says |", "|---|---|---|"]
    comment: list[str] = []
    for line in _vars_block(project_file):
        if block := _BLOCK.fullmatch(line):
            rows.append(f"| **{block['title']}** | | |")
        elif found := _COMMENT.fullmatch(line):
            comment.append(found["text"])
        elif found := _VAR.match(line):
            default = json.dumps(defaults[found["name"]])
            rows.append(f"| `{found['name']}` | `{default}` | {' '.join(comment)} |")
            comment = []
    return "\n".join(rows)


def _vars_block(project_file: str) -> list[str]:
    """The lines below `vars:` up to the next key of the file."""
    lines = project_file.splitlines()
    start = lines.index("vars:") + 1
    length = next(number for number, line in enumerate(lines[start:]) if line[:1].isalpha())
    return lines[start : start + length]


def page_with_table(page: str, table: str) -> str:
    """The page with the table between its two marks."""
    before, _, rest = page.partition(_BEGIN)
    return f"{before}{_BEGIN}\n{table}\n{_END}{rest.partition(_END)[2]}"


@click.command(help=__doc__)
def main() -> None:
    """Writes, and says where."""
    table = vars_table(PROJECT_FILE.read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page_with_table(page, table), encoding="utf-8")
    open_console().print(f"Wrote the table of {shown(PAGE)}.")


if __name__ == "__main__":
    main()
