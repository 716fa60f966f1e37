"""A folder of rules: eleven CSV files and perhaps vars.yml, checked before anything is built."""

import csv
import difflib
import shutil
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pql.console import UserError
from pql.project import PROJECT, path_from_environment, shown
from pql.words import Row


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


# Column type of a seed -> how its text is read, and what it must be.
_READERS: dict[str, tuple[Callable[[str], object], str]] = {
    "bigint": (int, "a whole number"),
    "decimal": (Decimal, "a number"),
    "boolean": (_boolean, "true or false"),
}


@cache
def seed_columns() -> dict[str, dict[str, str]]:
    """Every rule seed with its columns and their types, as the seeds' own description has them."""
    described = yaml.safe_load((PROJECT / "seeds/schema/_rules__seeds.yml").read_text())
    return {seed["name"]: seed["config"]["column_types"] for seed in described["seeds"]}


def rules_folder(given: Path | None = None) -> Path:
    """The folder to read rules from, known to hold every rule file."""
    folder = given.resolve() if given else path_from_environment("PQL_RULES_DIR", "seeds/rules")
    if not folder.is_dir():
        raise UserError(f"There is no rules folder {shown(folder)}; give one with RULES=<folder>.")
    missing = [f"{name}.csv" for name in seed_columns() if not (folder / f"{name}.csv").is_file()]
    if missing:
        raise UserError(
            f"The rules folder {shown(folder)} lacks {', '.join(missing)}; copy what is missing "
            "from seeds/rules, down to the header line if you need no such rules."
        )
    return folder


def folder_for_dbt(folder: Path) -> Path:
    """The same rules at a path inside the project, seen from there.

    dbt writes what it compiles to a seed's path below target/: from a folder outside the project
    that would lead it back to the files themselves.
    """
    if folder.is_relative_to(PROJECT):
        return folder.relative_to(PROJECT)
    copy = PROJECT / "target/rules"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for file in folder.glob("*.csv"):
        shutil.copy(file, copy)
    return copy.relative_to(PROJECT)


def read_rules(folder: Path) -> dict[str, list[Row]]:
    """Every rule file row by row: values as text, empty ones as None."""
    return {name: _read(folder / f"{name}.csv", types) for name, types in seed_columns().items()}


def _read(path: Path, types: dict[str, str]) -> list[Row]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            _check_header(path, list(reader.fieldnames or []), list(types))
            return [_checked(path, reader.line_num, row, types) for row in reader]
    except (csv.Error, UnicodeDecodeError) as error:
        raise UserError(f"{shown(path)} is no readable CSV file in UTF-8: {error}.") from error


def _check_header(path: Path, header: list[str], columns: list[str]) -> None:
    for column in columns:
        if column not in header:
            raise UserError(
                f"{shown(path)} lacks the column {column}; its first line must be "
                f"{','.join(columns)}"
            )


def _checked(path: Path, line: int, row: dict[str, Any], types: dict[str, str]) -> Row:
    place = f"{shown(path)}, line {line}"
    if None in row or None in row.values():
        raise UserError(
            f"{place} has not as many values as the first line; quote text with commas."
        )
    values = {column: row[column].strip() or None for column in types}
    for column, value in values.items():
        read, expected = _READERS.get(types[column].partition("(")[0], (str, "text"))
        try:
            if value is not None:
                read(value)
        except (ValueError, ArithmeticError, KeyError):
            raise UserError(f"{place}: {column} is {value!r}; it must be {expected}.") from None
    return values


def project_vars() -> dict[str, Any]:
    """The vars of the project with their defaults."""
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]


def rules_vars(folder: Path) -> dict[str, Any]:
    """The vars that a rules folder brings along in vars.yml."""
    path = folder / "vars.yml"
    if not path.is_file():
        return {}
    try:
        given = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}," if mark else ""
        raise UserError(
            f"{shown(path)}{place} is no readable YAML; write `name: value`."
        ) from error
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise UserError(f"{shown(path)} must consist of lines `name: value`, one for each var.")
    known = project_vars()
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            hint = f"did you mean {close[0]}?" if close else "dbt_project.yml lists all of them."
            raise UserError(f"{shown(path)} sets {name}, which is no var of the project; {hint}")
    return given


def default_model(folder: Path) -> str:
    """The model shown when none is named."""
    return str({**project_vars(), **rules_vars(folder)}["pql_default_model"])
