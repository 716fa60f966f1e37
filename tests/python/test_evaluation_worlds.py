"""Whether the evaluation tells worlds apart whose truth is known, and cannot be lied to."""

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from dbt_builds import WITHOUT_TESTS, invoke_dbt
from rows_and_answers import PROJECT, RULES
from simulated_worlds import SimulatedWorld, build_world, simulate
from statsmodels.stats.proportion import proportion_confint

from pql.console import open_console
from pql.known_then import evaluate_known_then
from suggest_weights import suggest_weights

pytestmark = pytest.mark.prove

Simulated = Callable[[str], SimulatedWorld]
MODEL = "model_id = 'pillars_003'"


def ask(database: Path, query: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(query)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def verdicts(database: Path, condition: str = MODEL) -> list[dict[str, Any]]:
    """What is said of all mature instants, one row a model and horizon."""
    query = f"from pql.pql_model_verdicts where period = 'all' and {condition}"
    rows = ask(database, f"{query} order by model_id, horizon_days")
    assert len(rows) >= 3
    return rows


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def suspects(database: Path) -> set[str]:
    query = "from pql_intermediate.int_pql__suspect_metrics where reason like 'became known%'"
    return {row["metric_id"] for row in ask(database, query)}


# -- The standard world ---------------------------------------------------------------------------


def test_what_was_planted_is_found(simulated: Simulated) -> None:
    """8 % become PQLs, and 44 % of those who buy were PQLs first (docs/simulator.md)."""
    database = simulated("standard").database
    for row in verdicts(database):
        assert (row["verdict"], row["pql_verdict"]) == ("predicts", "worth it")
        flagged = proportion_confint(row["flagged_users"], row["users"], 0.001, "beta")
        assert row["horizon_days"] != 30 or flagged[0] <= 0.08 <= flagged[1]
        found = row["converted_users"] - row["missed_users"]
        first = proportion_confint(found, row["converted_users"], 0.001, "beta")
        assert first[0] <= 0.44 <= first[1]
    assert suspects(database) == set()


def test_signals_of_the_hidden_rule_stand_out_and_vain_ones_do_not(simulated: Simulated) -> None:
    rows = ask(
        simulated("standard").database,
        f"from pql.pql_signal_lift where {MODEL} and horizon_days = 30 and signal_type = 'metric'",
    )
    said = {row["signal_id"]: row["verdict"] for row in rows}
    planted = ("activated", "sessions_14d", "paywall_hits_30d", "invites_30d", "hand_raises_30d")
    assert {said[signal] for signal in planted} == {"converts more"}
    assert {said[signal] for signal in ("seniority_rank", "use_cases")} == {"not distinguishable"}


def test_probabilities_hold_on_instants_they_were_not_fitted_on(simulated: Simulated) -> None:
    """Intervals of a step and of what followed meet, but for the few that chance parts."""
    steps = ask(
        simulated("standard").database,
        f"from pql.pql_calibration where {MODEL} and verdict = 'calibrated' order by step",
    )
    apart = [
        step
        for step in steps
        if step["probability_low"] > step["held_out_rate_high"]
        or step["probability_high"] < step["held_out_rate_low"]
    ]
    assert len(steps) > 10
    assert len(apart) <= 1


def test_suggested_points_follow_the_hidden_rule(
    simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are rows of pql_rules, order later instants no worse, and prize what decides."""
    monkeypatch.setenv("PQL_DB", str(simulated("standard").database))
    suggested = CliRunner().invoke(suggest_weights, ["--out", str(tmp_path)])
    assert suggested.exit_code == 0, suggested.output
    rules = read_rows(tmp_path / "pql_rules.csv")
    assert list(rules[0]) == list(read_rows(RULES / "pql_rules.csv")[0])
    points = {row["rule_id"]: int(row["points"]) for row in rules}
    assert points["paywall_hit"] > points["teammates_invited"] > points["context_use_case"] == 0
    today, then = re.search(r"AUC (\S+) today, (\S+) as", suggested.output).groups()
    assert float(then) > float(today) - 0.01


# -- Worlds that mislead --------------------------------------------------------------------------


def test_without_a_signal_no_model_is_believed(simulated: Simulated) -> None:
    """Everybody buys at one rate: 4 % in any 90 days, PQLs too."""
    database = simulated("no_signal").database
    rows = verdicts(database, "true")
    assert {row["verdict"] for row in rows} == {"not distinguishable"}
    assert "worth it" not in {row["pql_verdict"] for row in rows}
    for row in verdicts(database):
        assert row["pql_lift_low"] <= 1 <= row["pql_lift_high"]
        if row["horizon_days"] == 90:
            assert row["base_conversion_rate_low"] <= 0.04 <= row["base_conversion_rate_high"]
            assert row["pql_conversion_rate_low"] <= 0.04 <= row["pql_conversion_rate_high"]
    calibrations = ask(database, "select distinct verdict from pql.pql_calibration")
    assert "calibrated" not in {row["verdict"] for row in calibrations}
    signals = [row["verdict"] for row in ask(database, "from pql.pql_signal_lift")]
    assert signals.count("not distinguishable") > 0.9 * len(signals)


def test_a_flag_that_meets_everybody_is_called_too_loose(simulated: Simulated) -> None:
    assert {row["pql_verdict"] for row in verdicts(simulated("loose").database)} == {"too loose"}


def test_what_is_written_back_in_time_after_the_sale_is_caught(simulated: Simulated) -> None:
    database = simulated("planted_leak").database
    assert suspects(database) == {"onboarding_completed"}
    rows = ask(database, "from pql.pql_signal_lift where signal_id = 'context_onboarding'")
    assert {row["may_know_the_future"] for row in rows} == {True}
    assert all("only after the conversion" in row["may_know_the_future_because"] for row in rows)


def test_what_leaked_was_not_known_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No signal loses more of its lift than the leaking one; the models keep theirs."""
    world = build_world(tmp_path / "world", "--world", "planted_leak", "--users", "6000")
    for name, value in {
        "PQL_RAW_DIR": str(world.raw),
        "PQL_SCHEMA": "pql",
        "PQL_RULES_DIR": "seeds/rules",
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }.items():
        monkeypatch.setenv(name, value)
    every = {"pql_evaluation_every_days": 28}
    invoke_dbt(
        PROJECT, world.database.parent, "run", "--select", "int_pql__evaluation_instants+", **every
    )
    copy = evaluate_known_then(open_console(), every, world.database, tmp_path / "then")
    lifts = (
        "select signal_id, lift from pql.pql_signal_lift where signal_type = 'metric' "
        "and horizon_days = 30 and verdict = 'converts more'"
    )
    today, then = (
        {row["signal_id"]: row["lift"] for row in ask(database, lifts)}
        for database in (world.database, copy)
    )
    kept = {signal: then.get(signal, 0) / lift for signal, lift in today.items()}
    assert min(kept, key=kept.__getitem__) == "onboarding_completed"
    assert kept["onboarding_completed"] < 0.75
    for now, before in zip(verdicts(world.database), verdicts(copy), strict=True):
        assert before["auc"] == pytest.approx(now["auc"], abs=0.05)
        assert now["observations"] == pytest.approx(before["observations"], rel=0.02)


# -- Lies -----------------------------------------------------------------------------------------


def test_with_shuffled_labels_nothing_predicts(simulated: Simulated, tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    shutil.copy(simulated("standard").database, database)
    rng = np.random.default_rng(20)
    with duckdb.connect(str(database)) as connection:
        connection.execute("use pql_intermediate")
        labels = connection.execute(
            "select user_id, any_value(converted_at) as converted_at from int_pql__observations "
            "group by user_id order by user_id"
        ).to_arrow_table()
        order = pa.array(rng.permutation(len(labels)))
        shuffled = labels.set_column(1, "converted_at", labels["converted_at"].take(order))
        connection.register("shuffled", shuffled)
        connection.execute(
            "update int_pql__observations as observations set converted_at = shuffled.converted_at "
            "from shuffled where observations.user_id = shuffled.user_id"
        )
    invoke_dbt(
        PROJECT, tmp_path, "run", "--select", "int_pql__outcomes+", "int_pql__signal_clusters"
    )
    rows = verdicts(database)
    assert {row["verdict"] for row in rows} == {"not distinguishable"}
    for row in rows:
        assert row["pql_lift_low"] <= 1 <= row["pql_lift_high"]
        assert row["auc_low"] <= 0.5 <= row["auc_high"]


def test_an_event_changes_nothing_that_was_observed_before_it(tmp_path: Path) -> None:
    raw, injected_at = tmp_path / "raw", "2026-03-04 09:00:00"
    simulate(raw, "--users", "500", "--days", "90")
    build = (
        "build",
        *WITHOUT_TESTS,
        "--select",
        "+int_pql__observations",
        "+int_pql__signals_at_instants",
    )
    clock = {"pql_as_of": "2026-04-05T00:00:00Z", "pql_evaluation_horizon_days": [7]}
    queries = {
        name: f"select * from pql_intermediate.int_pql__{name} where evaluated_at {{}} "
        f"timestamp '{injected_at}' order by all"
        for name in ("scores_at_instants", "signals_at_instants")
    }

    def observed(side: str) -> dict[str, list[dict[str, Any]]]:
        return {
            name: ask(tmp_path / "warehouse.duckdb", query.format(side))
            for name, query in queries.items()
        }

    invoke_dbt(PROJECT, tmp_path, *build, raw=raw, **clock)
    before, after = observed("<"), observed(">=")
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select * replace (
                    event_id || '-injected' as event_id, 'usage_limit_hit' as event_name,
                    timestamptz '{injected_at}Z' as occurred_at,
                    timestamptz '{injected_at}Z' as loaded_at
                )
                from (
                    select distinct on (user_id) * from '{raw}/events/*.parquet'
                    where user_id is not null
                )
            ) to '{raw}/events/injected.parquet'
            """
        )
    invoke_dbt(PROJECT, tmp_path, *build, raw=raw, **clock)
    assert before["scores_at_instants"]
    assert before["signals_at_instants"]
    assert observed("<") == before
    assert observed(">=") != after
