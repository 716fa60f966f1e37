"""Rows land between two builds: the lane finds what the next build finds."""

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


EPISODES = """
    select model_id, trigger_id, subject_type, subject_id, fired_at, latest_hit_at, hit_count,
        fact_count, value, evidence_ids
    from pql.pql_hot_triggers
"""
SIGNALS = """
    select signal, entity_type, entity_id, occurred_at, object_id, other_user_id, quantity,
        evidence_id
    from pql_intermediate.int_pql__hot_signals
"""


def rows(database: Path, query: str) -> set[tuple]:
    """What the lane has found."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return set(connection.execute(query).fetchall())


def test_the_lane_finds_what_the_next_build_finds(tmp_path: Path, monkeypatch) -> None:
    for name in ("PQL_DB", "PQL_RAW_DIR", "PQL_RULES_DIR", "PQL_SCHEMA", "PQL_TARGET"):
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(tmp_path)
    world = tmp_path / "world"
    write_world(world, Settings(200, 45), open_console())
    project = ResidentProject(tmp_path / "project")
    history = History(world, project.raw)
    _, last = history.first_and_last_load()
    history.load_until(last - timedelta(days=8))
    project.build()
    database = tmp_path / "project/warehouse.duckdb"
    before = rows(database, SIGNALS)
    found = []
    for hours in (100, 30, 0):
        history.load_until(last - timedelta(hours=hours))
        project.run_lane(last)
        found = [rows(database, query) for query in (EPISODES, SIGNALS)]
    assert {"activation", "invite_sent"} <= {signal for signal, *_ in found[1] - before}
    project.build()
    assert found == [rows(database, query) for query in (EPISODES, SIGNALS)]
