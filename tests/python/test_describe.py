"""What make docs writes: the tables on one page, and the marts as a diagram."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from rows_and_answers import PROJECT

import describe


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PQL_DB", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    monkeypatch.setattr(describe, "_FOLDER", tmp_path / "docs")
    monkeypatch.chdir(PROJECT)


def test_without_a_database_the_way_to_one_is_named() -> None:
    refused = CliRunner().invoke(describe.describe)
    assert refused.exit_code == 2
    assert refused.stderr.endswith("yet; run `make build` first.\n")


@pytest.mark.prove
def test_tables_are_described_and_drawn(
    demo_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PQL_DB", str(demo_database))
    monkeypatch.setenv("PQL_RULES_DIR", "seeds/rules")
    done = CliRunner().invoke(describe.describe)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "docs/index.html").read_text(encoding="utf-8")
    assert "pql_score_ledger" in page
    drawing = (tmp_path / "docs/marts.md").read_text(encoding="utf-8")
    assert drawing.startswith("```mermaid\nerDiagram\n")
    assert '"PQL_SCORE_LEDGER" }|--|| "PQL_METRICS": metric_id' in drawing
    assert '"PQL_SCORES" }|--|| "INT_PQL__USERS": user_id' in drawing
