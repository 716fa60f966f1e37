"""make evaluate says what can be told, and in one sentence what is missing."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from evaluate import evaluate
from pql.console import open_console
from pql.evaluation_report import print_verdicts
from pql.known_then_report import print_changes
from pql.marts import open_marts
from pql.publishing import publish_run


def run(*arguments: str) -> Result:
    return CliRunner().invoke(evaluate, arguments)


@pytest.fixture(scope="module")
def published(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PQL_DB", str(demo_database))
        patch.setenv("PQL_PUBLISHED", str(tmp_path_factory.mktemp("published")))
        publish_run()
        yield


def test_without_a_build_there_is_nothing_to_evaluate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PQL_DB", str(tmp_path / "none.duckdb"))
    refused = run()
    assert refused.exit_code == 2
    assert "run `make build` first" in refused.output


def test_postgres_is_told_what_to_run_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PQL_TARGET", "postgres")
    refused = run()
    assert refused.exit_code == 2
    assert "dbt build --select tag:pql_evaluation" in refused.output


def test_raw_tables_that_are_not_there_are_named(tmp_path: Path) -> None:
    refused = run("--known-then", "--raw", str(tmp_path / "none"))
    assert refused.exit_code == 2
    assert "give RAW= the folder of the raw tables" in refused.output


def test_the_demo_is_refused_with_what_it_takes(
    published: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_marts() as marts:
        print_verdicts(open_console(), marts)
        needed = marts.rows(
            "select conversions_needed from marts.pql_model_verdicts where period = 'all' "
            "and model_id = 'pillars_003' and horizon_days = 90"
        )[0]["conversions_needed"]
    said = capsys.readouterr().out
    assert needed > 0
    assert "too few conversions" in said or "too little history" in said
    assert f"it takes {needed} more" in said
    assert "May know the future: employees, icp_industry." in said


def test_what_was_not_known_then_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two evaluations that differ in one signal and in the conversions of PQLs."""
    paths = tmp_path / "today.duckdb", tmp_path / "then.duckdb"
    for path, lift, rate in zip(paths, (8.0, 1.0), (0.3, 0.2), strict=True):
        signal = {"model_id": "main", "model_version": 1, "horizon_days": 30, "lift": lift}
        signal |= {"signal_type": "metric", "signal_id": "onboarded", "verdict": "converts more"}
        signal |= {"may_know_the_future_because": "known late"}
        model = {"model_id": "main", "model_version": 1, "horizon_days": 30, "period": "all"}
        model |= {"observations": 9, "pql_conversion_rate": rate, "top_lift": 2.0, "auc": 0.7}
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema pql")
            for name, row in (("pql_signal_lift", signal), ("pql_model_verdicts", model)):
                rows = tmp_path / f"{name}.json"
                rows.write_text(json.dumps(row), encoding="utf-8")
                connection.execute(f"create table pql.{name} as from '{rows}'")
    print_changes(open_console(), *paths)
    said = capsys.readouterr().out
    assert "30.0 -> 20.0" in said
    assert "metric onboarded" in said
    assert "8.0 -> 1.0" in said
    assert "known late" in said
