"""How commands refuse what is wrong, and a database that another process holds."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import Result


def only_sentence(result: Result) -> str:
    """The one sentence of a command that refused, and said and did nothing else."""
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


@contextmanager
def held_by_another_process(database: Path, read_only: bool = False) -> Iterator[None]:
    """Somebody else has the database open for the time of a block."""
    code = f"import duckdb, sys; held = duckdb.connect(sys.argv[1], read_only={read_only})"
    holder = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print(flush=True); input()", str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        holder.stdout.readline()
        yield
    finally:
        holder.communicate(b"\n")
