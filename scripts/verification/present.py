"""What pql_scores has to say of one user at as_of, beside the state of the score."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from verification.oracle import Oracle
from verification.rules import Model, Version
from verification.scoring import is_qualified_by_score
from verification.verdicts import Course, Verdict

ADVISABLE_KINDS = ("count", "sum", "distinct_objects", "distinct_users", "active_days")
COUNTS = (
    "sessions_14d",
    "active_days_30d",
    "core_actions_30d",
    "core_actions_per_session_30d",
    "features_used_30d",
    "invites_30d",
    "invites_accepted_30d",
    "paywall_hits_30d",
    "enterprise_accesses_30d",
)


@dataclass
class Present:
    """One user under one model: the verdicts up to as_of, of which the last one holds."""

    oracle: Oracle
    model: Model
    user_id: str
    as_of: int
    past: Course

    @property
    def verdict(self) -> Verdict:
        """The verdict that holds."""
        return self.past[-1][1]

    @cached_property
    def version(self) -> Version | None:
        """The version of the model in force."""
        return self.model.version_at(self.as_of)

    def values(self) -> dict[str, Any]:
        """Columns of pql_scores, and whether those in words have any."""
        lines = self.verdict.lines.values()
        return {
            **self._facts(),
            **self._entries(),
            "hot_triggers": ", ".join(self.verdict.hot_triggers) or None,
            "respond_by_at": self._respond_by(),
            "has_top_reasons": any(line.line_type == "rule" and line.points > 0 for line in lines),
            "points_to_pql": self._points_to_pql(),
            "has_next_step": self._has_next_step(),
            "as_of": self.as_of,
        }

    def _facts(self) -> dict[str, Any]:
        entities, signals = self.oracle.entities, self.oracle.signals
        activation_id = (self.version and self.version.activation_id) or ""
        activity = [
            event.at for event in signals.activity.get(self.user_id, ()) if event.at <= self.as_of
        ]
        account_id = entities.account_at(self.user_id, self.as_of)
        account = entities.account_row(account_id, self.as_of)
        readings = self.oracle.scoring.readings(self.user_id, self.as_of)
        counts = {
            metric_id: readings[metric_id] if metric_id in self.oracle.rules.metrics else None
            for metric_id in COUNTS
        }
        return {
            **counts,
            "account_id": account_id,
            "signed_up_at": self._if_past(entities.people[self.user_id].signup),
            "activated_at": self._if_past(signals.activated_at.get((self.user_id, activation_id))),
            "last_active_at": activity[-1] if activity else None,
            "employees": account.get("employees"),
            "industry": account.get("industry"),
            "seniority_rank": entities.user_attribute(self.user_id, "seniority_rank", self.as_of),
        }

    def _if_past(self, at: int | None) -> int | None:
        return at if at is not None and at <= self.as_of else None

    def _entries(self) -> dict[str, Any]:
        """First, last and number of entries into PQL."""
        was_pql = [False, *(verdict.is_pql for _, verdict in self.past)]
        entered = [
            at
            for (at, verdict), before in zip(self.past, was_pql, strict=False)
            if verdict.is_pql and not before
        ]
        return {
            "first_pql_at": entered[0] if entered else None,
            "latest_pql_at": entered[-1] if entered else None,
            "times_qualified": len(entered),
        }

    def _respond_by(self) -> int | None:
        """The earliest deadline of what makes the user hot, null while not hot."""
        if self.verdict.status != "hot":
            return None
        deadlines = []
        for trigger in self.model.user_triggers:
            if trigger.trigger_id in self.verdict.hot_triggers:
                episodes = self.oracle.triggers.episodes(trigger, self.user_id, self.as_of)
                deadlines.append(episodes[-1][0] + trigger.respond)
        if self.verdict.is_hot_by_score:
            cold = [i for i, (_, earlier) in enumerate(self.past) if not earlier.is_hot_by_score]
            began = self.past[cold[-1] + 1 if cold else 0][0]
            deadlines.append(began + self.oracle.settings.hot_score_respond)
        return min(deadlines)

    def _points_to_pql(self) -> int | None:
        if self.version is None or self.version.pql_threshold is None:
            return None
        return max(0, self.version.pql_threshold - self.verdict.score)

    def _has_next_step(self) -> bool:
        """Whether raising one advisable metric to one of its lower bounds qualifies the user."""
        version = self.version
        if version is None or self.verdict.is_pql or self.verdict.status == "excluded":
            return False
        readings = self.oracle.scoring.readings(self.user_id, self.as_of)
        metrics = self.oracle.rules.metrics
        advised = {metric_id for rule in version.rules for metric_id in rule.advised_metrics}
        conditions = [row for rule in version.rules for row in rule.conditions] + [
            row for pillar in version.pillars for rows in pillar.alternatives for row in rows
        ]
        return any(
            is_qualified_by_score(version, readings.with_value(row.metric_id, row.lower))
            for row in conditions
            if row.metric_id in advised
            and metrics[row.metric_id].entity_type == "user"
            and metrics[row.metric_id].kind in ADVISABLE_KINDS
            and row.lower is not None
            and (value := readings[row.metric_id]) is not None
            and row.lower > value
        )
