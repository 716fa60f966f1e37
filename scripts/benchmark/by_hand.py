"""The same tables by an expert's own SQL: every statement a step."""

import re
from pathlib import Path

import duckdb

from benchmark.measurement import Memory, Meter
from pql.project import PROJECT

PARTS = Path(__file__).with_name("sql")
_FORMAT = {"storage_compatibility_version": "latest"}
_MADE = re.compile(r"^(?:create|set|insert into)(?: temp)?(?: \w+)? (\w+)", re.MULTILINE)


def build(meter: Meter, raw: Path, database: Path, memory: Memory) -> None:
    """Runs the script into a database file, with the settings that the models have."""
    with duckdb.connect(str(database), config=_FORMAT) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set memory_limit = '{memory.for_duckdb}'")
        connection.execute(f"set variable raw = '{raw}'")
        connection.execute(f"set variable lists = '{PROJECT / 'seeds' / 'rules'}'")
        for part in sorted(PARTS.glob("*.sql")):
            for statement in connection.extract_statements(part.read_text()):
                with meter.step(_name(statement.query)):
                    connection.execute(statement)


def _name(statement: str) -> str:
    """What a statement makes, fills or sets."""
    found = _MADE.search(statement)
    return found[1] if found else statement.strip()[:40]
