"""Metrics of the semantic layer are what plain SQL over the marts gives."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from rows_and_answers import PROJECT

# One metric of each kind: a count, counts with a condition, an average, a ratio.
BY_MODEL = {
    "pql_scored_users": "count(*)",
    "pql_leads": "count(*) filter (where is_pql)",
    "pql_overdue_leads": "count(*) filter (where respond_by_at < as_of)",
    "pql_activation_rate": "count(activated_at) / count(*)",
    "pql_average_score": "avg(score)",
    "pql_lead_rate": "count(*) filter (where is_pql) / count(*)",
}


@pytest.fixture
def query(demo_database: Path, parsed: Path, tmp_path: Path) -> Callable[..., list[dict[str, str]]]:
    """Asks MetricFlow for metrics of the demo, grouped by a dimension."""
    shutil.copy(PROJECT / "dbt_project.yml", tmp_path)
    shutil.copytree(parsed, tmp_path / "target")
    environment = {
        "PQL_DB": str(demo_database),
        "PQL_SCHEMA": "pql",
        "DBT_PROJECT_DIR": str(tmp_path),
        "DBT_PROFILES_DIR": str(PROJECT),
    }

    def ask(*metrics: str, by: str) -> list[dict[str, str]]:
        answer = tmp_path / "answer.csv"
        asked = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("mf")), "query", "--csv", str(answer)),
                *("--metrics", ",".join(metrics), "--group-by", by),
            ],
            cwd=tmp_path,
            env=os.environ | environment,
            capture_output=True,
            text=True,
        )
        assert asked.returncode == 0, asked.stdout + asked.stderr
        with answer.open(newline="") as file:
            return list(csv.DictReader(file))

    return ask


def test_metrics_equal_plain_sql(
    query: Callable[..., list[dict[str, str]]], demo_database: Path
) -> None:
    expressions = ", ".join(f"{sql} as {metric}" for metric, sql in BY_MODEL.items())
    with duckdb.connect(str(demo_database), read_only=True) as connection:
        plain = connection.execute(
            f"select model_id, {expressions} from pql.pql_scores group by model_id"
        ).fetchall()
    expected = {model: pytest.approx(list(map(float, values))) for model, *values in plain}
    answer = query(*BY_MODEL, by="pql_score__model_id")
    assert {
        row["pql_score__model_id"]: [float(row[metric]) for metric in BY_MODEL] for row in answer
    } == expected


@pytest.mark.prove
def test_new_leads_are_counted_by_the_week_they_became_one(
    query: Callable[..., list[dict[str, str]]], demo_database: Path
) -> None:
    with duckdb.connect(str(demo_database), read_only=True) as connection:
        plain = connection.execute(
            "select date_trunc('week', first_pql_at), count(*) from pql.pql_scores "
            "where first_pql_at is not null group by 1"
        ).fetchall()
    answer = query("pql_new_leads", by="metric_time__week")
    # Who has not become one is a row without a week.
    assert {
        (row["metric_time__week"][:10], row["pql_new_leads"])
        for row in answer
        if row["metric_time__week"]
    } == {(str(week)[:10], str(leads)) for week, leads in plain}
