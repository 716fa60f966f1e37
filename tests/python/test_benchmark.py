"""The benchmark measures what it says: time, processor and memory, step by step."""

import time
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from bench import bench
from benchmark.equality import TABLES, rows_and_differences
from benchmark.measurement import Meter, measure, together

MEGABYTE = 1_000_000


def work(meter: Meter, megabytes: int) -> None:
    with meter.step("fill"):
        bytearray(b"x") * (megabytes * MEGABYTE)
    with meter.step("wait"):
        time.sleep(0.2)


def test_each_step_has_its_own_time_and_memory() -> None:
    shown: list[str] = []
    outcome = measure(work, 300, show=shown.append)
    fill, wait = outcome.steps
    assert shown == [fill.name, wait.name] == ["fill", "wait"]
    assert fill.cost.peak_bytes > 300 * MEGABYTE
    assert wait.cost.peak_bytes < 200 * MEGABYTE
    assert wait.cost.seconds >= 0.2 > wait.cost.cpu_seconds
    assert outcome.whole.peak_bytes == fill.cost.peak_bytes
    assert outcome.whole.seconds > together(outcome.steps).seconds


def test_a_row_on_one_side_only_is_found(tmp_path: Path) -> None:
    for side, schema, rows in (("models", "pql.", 3), ("script", "", 2)):
        with duckdb.connect(str(tmp_path / f"{side}.duckdb")) as connection:
            connection.execute("create schema pql")
            for table in TABLES:
                connection.execute(f"create table {schema}{table} as from range({rows})")
    found = rows_and_differences(tmp_path / "models.duckdb", tmp_path / "script.duckdb")
    assert found == dict.fromkeys(TABLES, (3, 1))


@pytest.mark.prove
def test_a_million_events_in_8_gb_give_the_same_rows_by_hand() -> None:
    outcome = CliRunner().invoke(bench, ["compare", "--size", "small"])
    assert outcome.exit_code == 0, outcome.output
    assert "Both have the same rows" in outcome.output
