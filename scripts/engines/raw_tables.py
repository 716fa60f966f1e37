"""A folder of raw files as tables in Postgres, the way another tool would have loaded them."""

import csv
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from pql.console import UserError
from pql.database import quoted
from pql.postgres import Database
from pql.project import shown

RAW_SCHEMA = "raw"
_READERS = {
    ".parquet": "read_parquet({file})",
    ".csv": "read_csv({file}, header = true, all_varchar = true, quote = '\"', escape = '\"')",
}
# DuckDB types by another name in Postgres; all others are called the same in both.
_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision", "BLOB": "bytea"}


def load_raw_folder(database: Database, folder: Path, rules: Path) -> dict[str, Any]:
    """Copies every raw table; returns the vars that make the models read them."""
    files = sorted(file for file in folder.iterdir() if file.suffix in _READERS)
    if not files:
        raise UserError(f"{shown(folder)} has no raw tables in Parquet or CSV files.")
    database.execute(f"create schema {RAW_SCHEMA}")
    for file in files:
        _load_file(database, file)
    raw_tables, columns = _renames(folder, rules)
    tables = {file.stem: f"{RAW_SCHEMA}.{file.stem}" for file in files}
    return {
        "pql_source": "warehouse",
        "pql_sources": tables | {name: tables[raw] for name, raw in raw_tables.items()},
        "pql_columns": columns,
    }


def _load_file(database: Database, file: Path) -> None:
    with duckdb.connect() as reader, TemporaryDirectory() as scratch:
        rows = _READERS[file.suffix].format(file=quoted(file))
        described = reader.execute(f"describe select * from {rows}").fetchall()
        columns = ", ".join(f'"{name}" {_TYPES.get(kind, kind)}' for name, kind, *_ in described)
        table = f'{RAW_SCHEMA}."{file.stem}"'
        database.execute(f"create table {table} ({columns})")
        copy = Path(scratch) / "rows.csv"
        reader.execute("set timezone = 'UTC'")
        reader.execute(f"copy (select * from {rows}) to {quoted(copy)} (format csv, header)")
        with copy.open(encoding="utf-8") as lines:
            cursor = database.connection.cursor()
            cursor.copy_expert(f"copy {table} from stdin (format csv, header)", lines)
        database.execute(f"analyze {table}")


def _renames(folder: Path, rules: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What columns.csv says: contract table -> raw table, and contract column -> raw column."""
    raw_tables: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for path in (folder / "columns.csv", rules / "columns.csv"):
        if path.is_file():
            with path.open(newline="", encoding="utf-8") as lines:
                for row in csv.DictReader(lines):
                    raw_tables[row["table"]] = row["raw_table"]
                    columns[row["table"]][row["column"]] = row["raw_column"]
            break
    return raw_tables, dict(columns)
