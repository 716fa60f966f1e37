"""What the marts have to contain for one user: verdicts at every instant, drawn as intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from verification.causes import cause_of
from verification.instants import NEVER
from verification.oracle import Oracle
from verification.present import Present
from verification.rules import LAYERS, Model
from verification.verdicts import Course, Verdict

TableRow = dict[str, Any]


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
                cause = cause_of(before, after, self._uses_pillars(after))
                rows.append(self._transition(at, before, after, cause))
        return rows

    def scores(self) -> list[TableRow]:
        """The row of pql_scores, none if the user or the model starts after as_of."""
        as_of = self.oracle.as_of
        past = [(at, verdict) for at, verdict in self.course if as_of is not None and at <= as_of]
        if as_of is None or not past:
            return []
        present = Present(self.oracle, self.model, self.user_id, as_of, past)
        return [
            {
                **self._name(),
                **_history_values(present.verdict),
                **_interval_at(self.history, as_of),
                **present.values(),
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
