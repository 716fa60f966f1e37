"""What the marts have to contain for one user: verdicts at every instant, drawn as intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from verification.instants import NEVER
from verification.oracle import Oracle
from verification.rules import LAYERS, Model
from verification.scoring import Verdict, is_qualified_by_score

TableRow = dict[str, Any]
# One model's verdicts on one user, in order of time.
Course = list[tuple[int, Verdict]]

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


def courses(oracle: Oracle, user_id: str, instants: Iterable[int]) -> dict[str, Course]:
    """Each model's verdicts on a user at these instants (in order)."""
    of_model: dict[str, Course] = {model.model_id: [] for model in oracle.rules.models}
    for at in instants:
        for model_id, verdict in oracle.scoring.verdicts(user_id, at).items():
            of_model[model_id].append((at, verdict))
    return of_model


@dataclass
class Expectation:
    """The rows of one user under one model."""

    oracle: Oracle
    model: Model
    user_id: str
    course: Course

    @cached_property
    def history(self) -> list[TableRow]:
        """Rows of pql_score_history: the verdicts, as long as nothing in them changes."""
        rows: list[TableRow] = []
        for at, verdict in self.course:
            values = _history_values(verdict)
            if rows and values.items() <= rows[-1].items():
                continue
            if rows:
                rows[-1]["valid_to"] = at
            rows.append({**self._name(), **values, "valid_from": at, "valid_to": None})
        return rows

    def ledger(self) -> list[TableRow]:
        """Rows of pql_score_ledger: each line, as long as its points and the version hold."""
        rows: list[TableRow] = []
        current: dict[str, TableRow] = {}
        for at, verdict in self.course:
            for line_id, row in list(current.items()):
                line = verdict.lines.get(line_id)
                if (
                    line is None
                    or line.points != row["points"]
                    or verdict.model_version != row["model_version"]
                ):
                    row["valid_to"] = at
                    rows.append(current.pop(line_id))
            for line_id, line in verdict.lines.items():
                if line_id not in current:
                    current[line_id] = {
                        **self._name(),
                        "model_version": verdict.model_version,
                        "line_id": line_id,
                        "line_type": line.line_type,
                        "layer": line.layer,
                        "points": line.points,
                        "metric_id": line.metric_ids[0] if line.metric_ids else None,
                        "valid_from": at,
                        "valid_to": None,
                    }
        return rows + list(current.values())

    def transitions(self) -> list[TableRow]:
        """Rows of pql_transitions: each change of status and what tipped it."""
        if not self.course:
            return []
        first_at, first = self.course[0]
        rows = [self._transition(first_at, None, first, "start")]
        for (_, before), (at, after) in pairwise(self.course):
            if before.status != after.status:
                cause = _cause(before, after, self._uses_pillars(after))
                rows.append(self._transition(at, before, after, cause))
        return rows

    def scores(self) -> list[TableRow]:
        """The row of pql_scores, none if the user or the model starts after as_of."""
        as_of = self.oracle.as_of
        past = [(at, verdict) for at, verdict in self.course if as_of is not None and at <= as_of]
        if as_of is None or not past:
            return []
        verdict = past[-1][1]
        return [
            {
                **self._name(),
                **_history_values(verdict),
                **_interval_at(self.history, as_of),
                **self._facts_at(as_of, verdict),
                **_entries(past),
                "hot_triggers": ", ".join(verdict.hot_triggers) or None,
                "respond_by_at": self._respond_by(past, as_of),
                "has_top_reasons": any(
                    line.line_type == "rule" and line.points > 0 for line in verdict.lines.values()
                ),
                "points_to_pql": self._points_to_pql(as_of, verdict),
                "has_next_step": self._has_next_step(as_of, verdict),
                "as_of": as_of,
            }
        ]

    # -- Parts of a row ----------------------------------------------------------------------------

    def _name(self) -> TableRow:
        return {"model_id": self.model.model_id, "user_id": self.user_id}

    def _uses_pillars(self, verdict: Verdict) -> bool:
        return any(
            version.model_version == verdict.model_version and version.qualification != "score_only"
            for version in self.model.versions
        )

    def _transition(self, at: int, before: Verdict | None, after: Verdict, cause: Any) -> TableRow:
        return {
            **self._name(),
            "model_version": after.model_version,
            "transitioned_at": at,
            "from_status": before.status if before else None,
            "to_status": after.status,
            "cause": cause,
            "score_before": before.score if before else None,
            "score_after": after.score,
        }

    def _facts_at(self, as_of: int, verdict: Verdict) -> TableRow:
        entities, signals = self.oracle.entities, self.oracle.signals
        version = self.model.version_at(as_of)
        person = entities.people[self.user_id]
        activated_at = signals.activated_at.get(
            (self.user_id, (version and version.activation_id) or "")
        )
        activity = [
            event.at for event in signals.activity.get(self.user_id, ()) if event.at <= as_of
        ]
        account_id = entities.account_at(self.user_id, as_of)
        account = entities.account_row(account_id, as_of)
        readings = self.oracle.scoring.readings(self.user_id, as_of)
        counts = {
            metric_id: readings[metric_id] if metric_id in self.oracle.rules.metrics else None
            for metric_id in COUNTS
        }
        return {
            **counts,
            "account_id": account_id,
            "signed_up_at": _if_past(person.signup, as_of),
            "activated_at": _if_past(activated_at, as_of),
            "last_active_at": activity[-1] if activity else None,
            "employees": account.get("employees"),
            "industry": account.get("industry"),
            "seniority_rank": entities.user_attribute(self.user_id, "seniority_rank", as_of),
        }

    def _respond_by(self, past: Course, as_of: int) -> int | None:
        """The earliest deadline of what makes the user hot, null while not hot."""
        verdict = past[-1][1]
        if verdict.status != "hot":
            return None
        deadlines = []
        for trigger in self.model.user_triggers:
            if trigger.trigger_id in verdict.hot_triggers:
                latest_episode = self.oracle.triggers.episodes(trigger, self.user_id, as_of)[-1]
                deadlines.append(latest_episode[0] + trigger.respond)
        if verdict.is_hot_by_score:
            cold = [i for i, (_, earlier) in enumerate(past) if not earlier.is_hot_by_score]
            began = past[cold[-1] + 1 if cold else 0][0]
            deadlines.append(began + self.oracle.settings.hot_score_respond)
        return min(deadlines)

    def _points_to_pql(self, as_of: int, verdict: Verdict) -> int | None:
        version = self.model.version_at(as_of)
        if version is None or version.pql_threshold is None:
            return None
        return max(0, version.pql_threshold - verdict.score)

    def _has_next_step(self, as_of: int, verdict: Verdict) -> bool:
        """Whether raising one advisable metric to one of its lower bounds qualifies the user."""
        version = self.model.version_at(as_of)
        if version is None or verdict.is_pql or verdict.status == "excluded":
            return False
        readings = self.oracle.scoring.readings(self.user_id, as_of)
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


def _history_values(verdict: Verdict) -> TableRow:
    """The columns of pql_score_history that describe a state."""
    return {
        "model_version": verdict.model_version,
        "status": verdict.status,
        "is_pql": verdict.is_pql,
        "is_hot": verdict.status == "hot",
        "score": verdict.score,
        **{f"{layer}_points": verdict.layer_points[layer] for layer in LAYERS},
        "adjustment_points": verdict.adjustment_points,
        "pillars_held": verdict.pillar_names(held=True),
        "pillars_missing": verdict.pillar_names(held=False),
        "qualified_by": verdict.qualified_by,
        "ineligibility_reason": verdict.ineligibility_reason,
    }


def _interval_at(history: list[TableRow], at: int) -> TableRow:
    row = next(row for row in history if row["valid_from"] <= at < (row["valid_to"] or NEVER))
    return {"valid_from": row["valid_from"], "valid_to": row["valid_to"]}


def _entries(past: Course) -> TableRow:
    """First, last and number of entries into PQL."""
    was_pql = [False, *(verdict.is_pql for _, verdict in past)]
    entered = [
        at
        for (at, verdict), before in zip(past, was_pql, strict=False)
        if verdict.is_pql and not before
    ]
    return {
        "first_pql_at": entered[0] if entered else None,
        "latest_pql_at": entered[-1] if entered else None,
        "times_qualified": len(entered),
    }


def _if_past(at: int | None, as_of: int) -> int | None:
    return at if at is not None and at <= as_of else None


def _cause(before: Verdict, after: Verdict, uses_pillars: bool) -> str | None:
    """The first cause in the order of the definitions that applies."""
    if before.model_version != after.model_version:
        return f"version:{after.model_version}"
    if "excluded" in (before.status, after.status):
        return f"exclusion:{after.ineligibility_reason or before.ineligibility_reason}"
    if "hot" in (before.status, after.status):
        if after.hot_triggers and not before.hot_triggers:
            return f"trigger:{after.hot_triggers[0]}"
        if before.hot_triggers and not after.hot_triggers:
            return f"trigger:{before.hot_triggers[0]}"
    if uses_pillars:
        held_before, held_after = _held(before), _held(after)
        if (held_before == before.pillars.keys()) != (held_after == after.pillars.keys()):
            is_complete = held_after == after.pillars.keys()
            moved = held_after - held_before if is_complete else held_before - held_after
            return f"pillar:{min(moved)}"
    return _tipping_line(before, after)


def _held(verdict: Verdict) -> set[str]:
    return {name for name, state in verdict.pillars.items() if state is True}


def _tipping_line(before: Verdict, after: Verdict) -> str | None:
    """The rule line that changed most in the direction of the score."""
    direction = 1 if after.score > before.score else -1
    changes = {
        line_id: direction * (_rule_points(after, line_id) - _rule_points(before, line_id))
        for line_id in before.lines.keys() | after.lines.keys()
    }
    moved = [line_id for line_id, change in changes.items() if change > 0]
    if not moved:
        return None
    return f"line:{min(moved, key=lambda line_id: (-changes[line_id], line_id))}"


def _rule_points(verdict: Verdict, line_id: str) -> int:
    line = verdict.lines.get(line_id)
    return line.points if line is not None and line.line_type == "rule" else 0
