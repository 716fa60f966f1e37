"""A scoring model whose rules reach what the models of the demo leave out.

Points below zero, ratios, sums, states, what a user inherits of a domain, a deadline, two versions.
And users of whose kind the demo has none.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

V1 = {"model_id": "probing", "model_version": 1}
V2 = {"model_id": "probing", "model_version": 2}


def rule(rule_id: str, layer: str, metric_id: str, lower: object, points: int, **more: object):
    """A rule in both versions, worth a point more in the second."""
    row = {"rule_id": rule_id, "layer": layer, "metric_id": metric_id, "lower": lower, **more}
    row |= {"reason": "{value}, last {date}"}
    return V1 | row | {"points": points}, V2 | row | {"points": points + 1}


PROBING = {
    "metrics": [
        {"metric_id": "comments_30d", "signal": "comment_received", "window_hours": 720},
        {"metric_id": "probed", "signal": "activation_probing"},
    ],
    "activation_steps": [
        {
            "activation_id": "probing",
            "step_id": "two_features_at_once",
            "signal": "feature_used",
            "min_count": 2,
            "count_distinct": "objects",
            "exclude_self": "false",
            "deadline_hours": 24,
        }
    ],
    "models": [
        V1 | {"valid_from": "2000-01-01", "qualification": "score_only", "pql_threshold": 10},
        V2
        | {
            "valid_from": "2026-03-15T08:30:00+02:00",
            "qualification": "pillars_and_score",
            "pql_threshold": 12,
            "hot_threshold": 18,
            "usage_cap": 9,
        },
    ],
    "rules": [
        *rule("met_errors", "other", "errors_30d", 1, -25),
        *rule("probed", "activation", "probed", 1, 8, next_step="Use two features by {by}"),
        *rule("depth", "usage", "core_actions_per_session_30d", 0.5, 6, upper=2),
        *rule("days", "usage", "active_days_30d", 2, 3, next_step="{increase} days by {by}"),
        *rule("time", "usage", "active_seconds_30d", 600, 2),
        *rule("colleagues", "fit", "members", 2, 4),
        *rule("active_company", "fit", "activated_users_14d", 1, 5),
        *rule("comments", "intent", "comments_30d", 1, 1),
        # Two rows of one rule that begin to hold at the same instant.
        *rule("visits", "other", "sessions_30d", 1, 0),
        *rule("visits", "other", "sessions_14d", 1, 0),
        *rule("calls", "other", "api_calls_30d", 200, 2),
    ],
    "pillars": [
        V2 | {"pillar": pillar, "alternative": alternative, "missing_text": "None", **condition}
        for pillar, alternative, condition in [
            ("deep", 1, {"metric_id": "core_actions_per_session_30d", "lower": 1}),
            ("deep", 1, {"metric_id": "active_days_30d", "lower": 2}),
            ("deep", 2, {"metric_id": "employees", "is_unknown": "true"}),
            ("deep", 2, {"metric_id": "members", "lower": 1}),
            ("senior", 1, {"metric_id": "seniority_rank", "lower": 4}),
            ("senior", 2, {"metric_id": "sessions_14d", "lower": 2}),
            ("team", 1, {"metric_id": "icp_industry", "is_unknown": "true"}),
            ("team", 2, {"metric_id": "members", "lower": 2}),
            ("senior", 3, {"metric_id": "activated_within_7d", "is_unknown": "true"}),
        ]
    ],
    "hot_triggers": [
        {
            "model_id": "probing",
            "trigger_id": "paywall_of_today",
            "entity_type": "user",
            "metric_id": "paywall_hits_30d",
            "lower": 1,
            "hot_hours": 24,
            "respond_hours": 2,
            "rearm_quiet_hours": 12,
            "lane": "sales",
            "message": "Hit a limit",
        },
        {
            "model_id": "probing",
            "trigger_id": "funded_company",
            "entity_type": "account",
            "metric_id": "funding_rounds_180d",
            "lower": 1,
            "hot_hours": 720,
            "respond_hours": 24,
            "rearm_quiet_hours": 24,
            "lane": "sales",
            "message": "Funded",
        },
    ],
    "exclusions": [
        {"model_id": "probing", "reason": "customer", "precedence": 1, "is_active": "true"},
        {"model_id": "probing", "reason": "bot", "precedence": 2, "is_active": "true"},
    ],
}
# What all rows of a seed have in common.
SHARED: dict[str, dict[str, object]] = {
    "metrics": {"entity_type": "user", "kind": "count", "label": "Probed"},
    "models": {"entity_type": "user", "audience": "free", "activation_id": "probing"},
}


# A vice president who invites herself before being in any account, and is then in two at once;
# and the only member of a company that is elsewhere by the time it is funded.
RAW = {
    "users": [
        {"user_id": "vera", "signed_up_at": "2026-03-20T09:00:00Z", "title": "Vice President"},
        {"user_id": "walt", "signed_up_at": "2026-03-20T09:00:00Z", "account_id": "acct_acme"},
    ],
    "events": [
        {
            "user_id": "walt",
            "event_id": "walt_tells_of_funding",
            "event_name": "funding_round_announced",
            "occurred_at": "2026-03-25T10:00:00Z",
            "account_id": "acct_deserted",
        },
        *(
            {"user_id": "vera", **event}
            for event in [
                {
                    "event_id": "vera_invites_vera",
                    "event_name": "teammate_invited",
                    "occurred_at": "2026-03-20T09:30:00Z",
                    "object_id": "Vera",
                },
                *(
                    {
                        "event_id": f"vera_in_{account}",
                        "event_name": "feature_used",
                        "occurred_at": "2026-03-20T10:00:00Z",
                        "account_id": account,
                    }
                    for account in ("acct_acme", "acct_erased")
                ),
            ]
        ),
    ],
}


def add_probing_rows(seeds: Path) -> None:
    """Append the model to the rules of a folder of seeds, and the raw rows to the demo."""
    for seed, rows in PROBING.items():
        _append(seeds / "rules" / f"pql_{seed}.csv", (SHARED.get(seed, {}) | row for row in rows))
    for table, rows in RAW.items():
        _append(seeds / "demo" / f"pql_demo_{table}.csv", rows)


def _append(file: Path, rows: Iterable[dict[str, object]]) -> None:
    with file.open(newline="", encoding="utf-8") as stream:
        columns = next(csv.reader(stream))
    with file.open("a", newline="", encoding="utf-8") as stream:
        # The line ends of the file: DuckDB reads no mixture.
        csv.DictWriter(stream, columns, lineterminator="\n").writerows(rows)
