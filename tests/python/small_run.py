"""A finished run of five people, as small as the commands allow: the tables the marts promise."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pql.rule_files import seed_columns

PROJECT = Path(__file__).resolve().parents[2]
AS_OF = datetime(2026, 3, 31, 12)
STRANGE_ID = "[bold]eve[/bold]\x1b[31m"

_TEXT, _INSTANT, _POINTS, _FLAG = "varchar", "timestamp", "bigint", "boolean"

_VERSION = {"model_id": _TEXT, "model_version": _POINTS, "user_id": _TEXT}
_INTERVAL = {"valid_from": _INSTANT, "valid_to": _INSTANT}
_HISTORY = (
    _VERSION
    | _INTERVAL
    | {"status": _TEXT, "is_pql": _FLAG, "is_hot": _FLAG, "score": _POINTS}
    | {
        f"{layer}_points": _POINTS
        for layer in ("activation", "usage", "fit", "intent", "other", "adjustment")
    }
    | dict.fromkeys(
        ("pillars_held", "pillars_missing", "qualified_by", "ineligibility_reason"), _TEXT
    )
)
TABLES: dict[str, dict[str, str]] = {
    "pql_score_history": _HISTORY,
    "pql_score_ledger": _VERSION
    | {"line_id": _TEXT, "line_type": _TEXT, "layer": _TEXT, "points": _POINTS, "metric_id": _TEXT}
    | _INTERVAL,
    "pql_transitions": _VERSION
    | {"transitioned_at": _INSTANT, "from_status": _TEXT, "to_status": _TEXT, "cause": _TEXT}
    | {"score_before": _POINTS, "score_after": _POINTS},
    "pql_scores": _HISTORY
    | {"account_id": _TEXT, "hot_triggers": _TEXT, "respond_by_at": _INSTANT}
    | {"top_reasons": _TEXT, "points_to_pql": _POINTS, "next_step": _TEXT, "as_of": _INSTANT},
    "pql_rejected_rows": {"table_name": _TEXT, "row_key": _TEXT, "reason": _TEXT},
    "pql_restatements": {"run_id": _TEXT, "run_at": _INSTANT, "model_id": _TEXT, "user_id": _TEXT}
    | _INTERVAL
    | {"said_status": _TEXT, "said_score": _POINTS, "status": _TEXT, "score": _POINTS}
    | {"cause": _TEXT},
    "pql_run_summary": {"run_id": _TEXT, "run_at": _INSTANT},
}


def _state(
    user_id: str, valid_from: str, status: str, score: int, **columns: Any
) -> dict[str, Any]:
    return (
        {
            "model_id": "pillars_003",
            "model_version": 1,
            "user_id": user_id,
            "valid_from": valid_from,
            "status": status,
            "is_pql": status in ("hot", "pql"),
            "is_hot": status == "hot",
            "score": score,
        }
        | dict.fromkeys((c for c in _HISTORY if c.endswith("_points")), 0)
        | columns
    )


def _line(
    user_id: str, line_id: str, points: int, valid_from: str, **columns: Any
) -> dict[str, Any]:
    return {
        "model_id": "pillars_003",
        "model_version": 1,
        "user_id": user_id,
        "line_id": line_id,
        "line_type": "rule",
        "points": points,
        "valid_from": valid_from,
    } | columns


def _entry(
    user_id: str, instant: str, statuses: str, cause: str, scores: tuple[int | None, int]
) -> dict[str, Any]:
    before, _, after = statuses.rpartition(" ")
    return {
        "model_id": "pillars_003",
        "model_version": 1,
        "user_id": user_id,
        "transitioned_at": instant,
        "from_status": before or None,
        "to_status": after,
        "cause": cause,
        "score_before": scores[0],
        "score_after": scores[1],
    }


_HERO = {
    "usage_points": 20,
    "intent_points": 40,
    "adjustment_points": -10,
    "pillars_held": "usage",
    "pillars_missing": "activation, fit",
    "qualified_by": "trigger",
}
_HISTORY_ROWS = [
    _state("hero", "2026-03-24", "not_qualified", 0, valid_to="2026-03-31 09:00"),
    _state("hero", "2026-03-31 09:00", "hot", 50, valid_to="2026-04-07 09:00", **_HERO),
    _state(
        "hero",
        "2026-04-07 09:00",
        "not_qualified",
        50,
        **_HERO | {"qualified_by": None},
    ),
    _state(
        "office-manager",
        "2026-03-01",
        "hot",
        85,
        activation_points=30,
        usage_points=30,
        fit_points=25,
    ),
    _state(
        "freelancer",
        "2026-03-02",
        "candidate",
        60,
        activation_points=30,
        usage_points=30,
        pillars_missing="fit",
    ),
    _state(
        "customer",
        "2026-01-01",
        "excluded",
        0,
        usage_points=20,
        adjustment_points=-20,
        ineligibility_reason="customer",
    ),
    _state(
        STRANGE_ID, "2026-03-01", "pql", 65, activation_points=30, usage_points=20, fit_points=15
    ),
]
_LEDGER_ROWS = [
    _line(
        "hero",
        "sessions_7_or_more",
        20,
        "2026-03-31 08:00",
        layer="usage",
        metric_id="sessions_14d",
    ),
    _line(
        "hero",
        "paywall_hit",
        15,
        "2026-03-31 09:00",
        layer="intent",
        metric_id="paywall_hits_30d",
        valid_to="2026-04-30 09:00",
    ),
    _line(
        "hero",
        "enterprise_access",
        15,
        "2026-03-31 08:30",
        layer="intent",
        metric_id="admin_accesses_30d",
    ),
    _line(
        "hero",
        "teammates_invited",
        10,
        "2026-03-31 08:45:30",
        layer="intent",
        metric_id="invites_30d",
    ),
    _line("hero", "cap_intent", -10, "2026-03-31 09:00", layer="intent", line_type="cap"),
    _line("hero", "context_errors", 0, "2026-03-30", layer="other", metric_id="errors_30d"),
    _line(
        "hero",
        "sessions_3_to_6",
        10,
        "2026-03-26",
        layer="usage",
        metric_id="sessions_14d",
        valid_to="2026-03-31 08:00",
    ),
    _line(
        "customer", "sessions_7_or_more", 20, "2026-02-01", layer="usage", metric_id="sessions_14d"
    ),
    _line("customer", "exclusion", -20, "2026-02-01", line_type="exclusion"),
]
_TRANSITION_ROWS = [
    _entry("hero", "2026-03-24", "not_qualified", "start", (None, 0)),
    _entry("hero", "2026-03-31 09:00", "not_qualified hot", "trigger:paywall", (0, 50)),
    _entry("hero", "2026-04-07 09:00", "hot not_qualified", "trigger:paywall", (50, 50)),
    _entry("customer", "2026-01-01", "excluded", "exclusion:customer", (None, 0)),
]
_RESTATED = {"run_id": "second", "run_at": "2026-03-31 12:05:30", "model_id": "pillars_003"}
_RESTATED_ROWS = [
    # Only what is behind the score changed first, then the score, then the status.
    _RESTATED | {"user_id": "hero", "cause": "late", "valid_from": instant} | states
    for instant, states in {
        "2026-03-25": {"said_status": "candidate", "status": "candidate"},
        "2026-03-26": {"status": "hot", "score": 50},
        "2026-03-27": {"said_status": "candidate", "said_score": 40, "status": "hot", "score": 50},
    }.items()
]
_NOW = {
    "hero": {
        "account_id": "acme",
        "hot_triggers": "paywall",
        "respond_by_at": "2026-03-31 13:00",
        "top_reasons": "12 sessions in 14 days, last 2026-03-31; Invited 3 teammates in 30 days, "
        "last 2026-03-31",
        "points_to_pql": 0,
    },
    "office-manager": {
        "respond_by_at": "2026-03-31 18:00",
        "account_id": "a-very-long-account-identifier",
    },
    "freelancer": {"points_to_pql": 0},
    "customer": {"points_to_pql": 50},
}


def write_run(path: Path) -> None:
    """A working database as a build leaves it."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema pql")
        for table, columns in TABLES.items():
            types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"create table pql.{table} ({types})")
        scores = [
            row | {"as_of": AS_OF} | _NOW.get(row["user_id"], {})
            for row in _HISTORY_ROWS
            if row["valid_from"] <= str(AS_OF) and row.get("valid_to", "9") > str(AS_OF)
        ]
        for table, rows in {
            "pql_score_history": _HISTORY_ROWS,
            "pql_score_ledger": _LEDGER_ROWS,
            "pql_transitions": _TRANSITION_ROWS,
            "pql_scores": scores,
            "pql_restatements": _RESTATED_ROWS,
        }.items():
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                connection.execute(
                    f"insert into pql.{table} ({names}) values ({marks})", list(row.values())
                )
        _write_seeds(connection)


def _write_seeds(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema pql_seeds")
    connection.execute("create table pql_seeds.pql_demo_users (user_id varchar)")
    for seed, types in seed_columns().items():
        source = f"read_csv(?, columns = {types!r}, header = true)"
        connection.execute(
            f"create table pql_seeds.{seed} as from {source}",
            [str(PROJECT / f"seeds/rules/{seed}.csv")],
        )
