"""The page of make report: what it says, and that a browser draws it without fetching anything."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from pql.marts import Marts
from report import report
from reporting import charts, wording
from reporting.doubts import doubts
from reporting.facts import Facts, read_facts
from reporting.page import render
from reporting.sections import sections

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Narrower than this no window of a browser without a screen is.
PHONE = 500

# Says in the finished page what it tried to fetch: what was refused, and what was not.
WATCH = """
<script>
const fetched = [];
addEventListener("securitypolicyviolation", (event) => fetched.push(event.blockedURI));
addEventListener("load", () => setTimeout(() => {
  fetched.push(...performance.getEntriesByType("resource").map((entry) => entry.name));
  document.documentElement.dataset.fetched = JSON.stringify(fetched);
  document.documentElement.dataset.overflow =
    document.documentElement.scrollWidth - document.documentElement.clientWidth;
}, 1500));
</script>
"""


@pytest.fixture(scope="module")
def facts(demo_database: Path) -> Facts:
    with duckdb.connect(str(demo_database), read_only=True) as connection:
        return read_facts(Marts(connection), "pillars_003")


def verdict_of(facts: Facts, **changes: Any) -> dict[str, Any]:
    """What is said of a score that predicts, changed where a test says so."""
    verdict = facts.verdict()
    assert verdict is not None
    known = {
        "verdict": "predicts",
        "pql_verdict": "worth it",
        "conversions_needed": 0,
        "top_slice": "70 or more",
        "metrics_that_may_know_the_future": None,
        "auc": None,
    }
    numbers = {
        "base_conversion_rate": 0.02,
        "pql_conversion_rate": 0.1,
        "pql_conversion_rate_low": 0.08,
        "pql_conversion_rate_high": 0.12,
        "top_lift": 6.0,
        "top_lift_low": 4.0,
        "top_lift_high": 9.0,
    }
    return verdict | known | numbers | changes


def section(facts: Facts, name: str) -> Any:
    (found,) = [part for part in sections(facts) if part.name == name]
    return found


def test_few_conversions_are_refused_with_the_number_needed(facts: Facts) -> None:
    needed = facts.verdict()["conversions_needed"]
    assert needed > 0
    assert f"{needed} more people or companies" in wording.about_score(facts.verdict())
    of_both_periods = facts.calibration[0]["conversions_needed"]
    assert f"{of_both_periods} more people or" in section(facts, "reliability").answer
    assert any(f"{needed} more people or companies" in doubt for doubt in doubts(facts))


def test_a_verdict_is_said_in_plain_words_with_its_interval(facts: Facts) -> None:
    said = wording.about_score(verdict_of(facts))
    assert "6.0 times as often within 30 days" in said
    assert "(4.0 to 9.0)" in said
    assert "cannot be told from chance" in wording.about_score(
        verdict_of(facts, verdict="not distinguishable")
    )
    assert wording.about_pqls(verdict_of(facts)) == (
        "PQLs convert in 10.0% (8.0% to 12.0%), everyone in 2.0%: the flag is worth it."
    )
    assert "too loose" in wording.about_pqls(verdict_of(facts, pql_verdict="too loose"))


def test_what_may_know_the_future_and_what_nobody_counted_are_doubts(facts: Facts) -> None:
    suspect = verdict_of(facts, metrics_that_may_know_the_future="employees, icp_industry")
    said = " ".join(doubts(replace(facts, verdicts=[suspect], metrics=[], stages=[])))
    assert "employees of the company, company in an industry" in said
    assert "no hot trigger fired" in said
    assert "How MQL and PQL and SQL compare: nobody entered the stage." in said


def test_a_month_counts_once_it_is_complete(facts: Facts) -> None:
    row = {"metric_id": "new_pqls", "period": "month", "segment": "all", "value": 3.0}
    rows = [{**row, "is_complete": True}, {**row, "is_complete": False}]
    rows += [{**row, "is_complete": True, "value": None}]
    assert replace(facts, metrics=rows).metric("new_pqls") == rows[:1]


def test_a_lift_of_0_has_a_place_on_a_logarithmic_axis() -> None:
    row = {"name": "0 to 9", "lift": 0.0, "low": 0.0, "high": 0.4, "verdict": "", "is_sure": True}
    drawn = json.dumps(charts.lifts([row]))
    assert '"lift": 0.05' in drawn
    assert '"type": "log"' in drawn


def test_the_lines_of_a_lead_add_up_to_its_score(facts: Facts) -> None:
    assert len(facts.leads) == 5
    for lead in facts.leads:
        assert sum(line["points"] for line, _ in lead.lines) == lead.score["score"]


def test_text_from_the_data_is_no_markup(facts: Facts) -> None:
    hostile = "</script><script>alert(1)</script>"
    lead = replace(facts.leads[0], score=facts.leads[0].score | {"user_id": hostile})
    bands = [
        {"slice": hostile, "observations": 9, "conversions": 1}
        | {"lift": 1.0, "lift_low": 0.5, "lift_high": 2.0, "verdict": "converts more"}
    ]
    page = render(replace(facts, leads=[lead], bands=bands), hostile)
    assert "alert(1)" in page
    assert "<script>alert" not in page


def test_raw_and_published_exclude_each_other(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(report, ["--raw", str(tmp_path), "--published"])
    assert outcome.exit_code == 2
    assert "RAW and PUBLISHED exclude each other" in outcome.output


def test_scores_that_are_not_evaluated_are_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(tmp_path / "marts.duckdb")) as connection:
        connection.execute("create schema pql")
        connection.execute("create table pql.pql_scores as select timestamp '2026-03-31' as as_of")
    monkeypatch.setenv("PQL_PUBLISHED", str(tmp_path))
    outcome = CliRunner().invoke(report, ["--published", "--out", str(tmp_path / "page.html")])
    assert outcome.exit_code == 2
    assert "run `make evaluate` first" in outcome.output


def test_a_browser_draws_every_chart_on_a_phone_and_fetches_nothing(
    facts: Facts, tmp_path: Path
) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    page = render(facts, "the demo")
    file = tmp_path / "page.html"
    file.write_text(page.replace("<body>", f"<body>{WATCH}", 1), encoding="utf-8")
    drawn = subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            f"--user-data-dir={tmp_path / 'profile'}",
            *(f"--window-size={PHONE},900", "--virtual-time-budget=6000"),
            *("--dump-dom", file.as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout
    charted = {part.name for part in sections(facts) if part.chart}
    assert len(charted) >= 4
    widths = dict(
        re.findall(r'id="chart-(\w+)".*?<svg[^>]*class="marks" width="(\d+)', drawn, re.DOTALL)
    )
    assert set(widths) == charted
    assert all(200 < int(width) < PHONE for width in widths.values())
    assert 'data-fetched="[]"' in drawn
    assert 'data-overflow="0"' in drawn
