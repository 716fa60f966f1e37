"""What models owe their readers: the checks of dbt-bouncer.yml, and every column described."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from rows_and_answers import PROJECT


@pytest.fixture(scope="module")
def described(demo_database: Path, run_dbt: Callable[..., Any], dbt_scratch: Path) -> Path:
    """The folder in which dbt describes the project and the finished tables: target/."""
    run_dbt(demo_database, "docs", "generate")
    return dbt_scratch


def run_gate(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name(program)), *arguments],
        cwd=PROJECT,
        env=os.environ | {"COLUMNS": "160", "NO_COLOR": "1"} | environment,
        capture_output=True,
        text=True,
    )


def test_names_places_flow_and_promises_are_those_of_the_house(described: Path) -> None:
    checked = run_gate("dbt-bouncer", "--show-all-failures", DBT_PROJECT_DIR=str(described))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "ERROR=0" in checked.stdout


@pytest.mark.parametrize("folder", ["models", "seeds/rules"])
def test_every_column_is_described(described: Path, tmp_path: Path, folder: str) -> None:
    checked = run_gate(
        "dbt-coverage",
        *("compute", "doc", "--cov-fail-under", "1", "--model-path-filter", f"{folder}/"),
        *("--run-artifacts-dir", str(described / "target")),
        *("--cov-report", str(tmp_path / "coverage.json")),
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "100.0%" in checked.stdout


def test_the_workflows_are_ones_that_github_understands() -> None:
    workflows = [str(path) for path in PROJECT.glob(".github/workflows/*.yml")]
    workflows.append("examples/scheduling/github_actions.yml")
    checked = run_gate("check-jsonschema", "--builtin-schema", "github-workflows", *workflows)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_workflow_runs_what_a_contributor_runs_with_tools_of_a_fixed_version() -> None:
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["test"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    versions = [step["uses"].partition("@v")[2] for step in steps if "uses" in step]
    assert [version for version in versions if version.count(".") != 2] == []
