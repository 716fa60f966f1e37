"""Where things stand: the project, its database, its published copy, its schemas."""

import os
from pathlib import Path

import yaml

from pql.console import UserError

PROJECT = Path(__file__).resolve().parents[2]


def path_from_environment(name: str, default: str) -> Path:
    """A path of an environment variable; relative ones start at the project, as they do for dbt."""
    return PROJECT / (os.environ.get(name) or default)


def database_path() -> Path:
    """The working database. Only a build opens it."""
    return path_from_environment("PQL_DB", "warehouse.duckdb")


def published_folder() -> Path:
    """Where finished runs are copied to, for everybody who reads."""
    return path_from_environment("PQL_PUBLISHED", "published")


def published_database() -> Path:
    """The published marts in one file."""
    return published_folder() / "marts.duckdb"


def marts_schema() -> str:
    """The schema of the marts; the other schemas carry its name as a prefix."""
    return os.environ.get("PQL_SCHEMA") or "pql"


def seeds_schema() -> str:
    """The schema of the rules."""
    return f"{marts_schema()}_seeds"


def staging_schema() -> str:
    """The schema of raw rows made readable."""
    return f"{marts_schema()}_staging"


def intermediate_schema() -> str:
    """The schema of what stands between input and marts."""
    return f"{marts_schema()}_intermediate"


def profile_targets() -> dict[str, str]:
    """The targets of the profile that comes with the project, each with its engine."""
    outputs = yaml.safe_load((PROJECT / "profiles.yml").read_text())["pql"]["outputs"]
    return {target: settings["type"] for target, settings in outputs.items()}


def shown(path: Path) -> str:
    """A path as a person would write it: short where it is below the working folder."""
    path = path.resolve()
    working = Path.cwd()
    return str(path.relative_to(working)) if path.is_relative_to(working) else str(path)


def raw_folder(given: Path) -> Path:
    """The folder of raw tables that a command was given, known to be there."""
    if not given.is_dir():
        raise UserError(
            f"There is no folder {shown(given)}; give RAW= the folder of the raw tables."
        )
    return given.resolve()
