"""Rows land between two builds: the lane finds the episodes that the next build finds."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from benchmark.history import History
from benchmark.resident import ResidentProject
from pql.console import open_console
from simulator.output import write_world
from simulator.settings import Settings

pytestmark = pytest.mark.prove

# What only builds count (docs/alerts.md).
OF_BUILDS = ("domain_spike",)


def episodes(database: Path) -> set[tuple]:
    """What the lane counts: hits and evidence, whoever the contact is."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select model_id, trigger_id, subject_type, subject_id, fired_at, latest_hit_at,"
            " hit_count, fact_count, value, evidence_ids from pql.pql_hot_triggers"
            " where trigger_id not in ?",
            [list(OF_BUILDS)],
        )
        return set(rows.fetchall())


def test_the_lane_finds_what_the_next_build_finds(tmp_path: Path, monkeypatch) -> None:
    for name in ("PQL_DB", "PQL_RAW_DIR", "PQL_RULES_DIR", "PQL_SCHEMA", "PQL_TARGET"):
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(tmp_path)
    world = tmp_path / "world"
    write_world(world, Settings(400, 60), open_console())
    project = ResidentProject(tmp_path / "project")
    history = History(world, project.raw)
    _, last = history.first_and_last_load()
    history.load_until(last - timedelta(days=8))
    project.build()
    database = tmp_path / "project/warehouse.duckdb"
    before = episodes(database)
    found = []
    for hours in (100, 30, 0):
        history.load_until(last - timedelta(hours=hours))
        project.run_lane(last)
        found.append(episodes(database))
    project.build()
    assert found[-1] == episodes(database)
    assert found[-1] - before
