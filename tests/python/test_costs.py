"""What make costs says of the tables of a build."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from costs import costs


def test_the_largest_tables_are_listed_with_what_a_run_writes(
    demo_database: Path, parsed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PQL_DB", str(demo_database))
    monkeypatch.setenv("DBT_TARGET_PATH", str(parsed))
    done = CliRunner().invoke(costs, ["--limit", "200"])
    assert done.exit_code == 0, done.output
    lines = {line.split()[0]: line.split()[1:] for line in done.output.splitlines() if line.split()}
    assert lines["int_pql__memberships"][-1] == "all"
    assert lines["pql_scores"][-2:] == ["what", "changed"]
    assert int(lines["pql_scores"][0].replace(",", "")) > 100
    assert "base_pql__events" not in lines


def test_without_a_build_the_way_to_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    refused = CliRunner().invoke(costs, [])
    assert refused.exit_code == 2
    assert refused.stderr.endswith("manifest.json; run `make build` first.\n")
