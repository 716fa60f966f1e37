"""The verdict on a user at an instant: rules, caps, pillars, triggers, exclusions, status."""

from collections.abc import Iterable, Mapping

from verification.conditions import holds, pillar_state
from verification.entities import Entities
from verification.exclusions import Exclusions
from verification.metrics import Metrics
from verification.readings import Readings
from verification.rules import LAYERS, Model, Rule, Rules, Version
from verification.triggers import Triggers
from verification.verdicts import Line, Verdict


class Scoring:
    """Verdicts of every model on every user at any instant."""

    def __init__(
        self,
        entities: Entities,
        metrics: Metrics,
        exclusions: Exclusions,
        triggers: Triggers,
        rules: Rules,
    ) -> None:
        """Keep what verdicts are made from."""
        self._entities = entities
        self._metrics = metrics
        self._exclusions = exclusions
        self._triggers = triggers
        self._rules = rules

    def readings(self, user_id: str, at: int) -> Readings:
        """The user's metrics at an instant."""
        return Readings(self._metrics, self._rules, self._entities, user_id, at)

    def verdicts(self, user_id: str, at: int) -> dict[str, Verdict]:
        """The verdict of every model that has a version in force; none before the start."""
        start = self._entities.people[user_id].start
        if start is None or at < start:
            return {}
        readings = self.readings(user_id, at)
        reasons = self._exclusions.reasons_at(user_id, at)
        return {
            model.model_id: self.judge(model, version, user_id, at, readings, reasons)
            for model in self._rules.models
            if (version := model.version_at(at)) is not None
        }

    def judge(
        self,
        model: Model,
        version: Version,
        user_id: str,
        at: int,
        readings: Readings,
        reasons: set[str],
    ) -> Verdict:
        """The verdict of one version of a model on these readings."""
        reason = model.exclusion_among(reasons)
        lines = _ledger(version, readings, is_excluded=reason is not None)
        score = sum(line.points for line in lines.values())
        pillars = {pillar.name: pillar_state(pillar, readings) for pillar in version.pillars}
        is_qualified = _is_qualified(version, score, pillars.values())
        is_hot_by_score = (
            is_qualified and version.hot_threshold is not None and score >= version.hot_threshold
        )
        hot_triggers = tuple(
            sorted(
                trigger.trigger_id
                for trigger in model.user_triggers
                if self._triggers.is_hot(trigger, user_id, at)
            )
        )
        status = "not_qualified"
        if reason is not None:
            status = "excluded"
        elif is_hot_by_score or hot_triggers:
            status = "hot"
        elif is_qualified:
            status = "pql"
        elif version.qualification == "pillars_and_score" and _reaches(score, version):
            status = "candidate"
        return Verdict(
            model_version=version.model_version,
            status=status,
            score=score,
            layer_points=_points_by_layer(lines),
            adjustment_points=sum(
                line.points for line in lines.values() if line.line_type != "rule"
            ),
            lines=lines,
            pillars=pillars,
            hot_triggers=hot_triggers,
            is_qualified_by_score=is_qualified,
            is_hot_by_score=is_hot_by_score,
            ineligibility_reason=reason,
        )


def is_qualified_by_score(version: Version, readings: Readings) -> bool:
    """Whether readings alone qualify: nothing excluded, no trigger."""
    lines = _ledger(version, readings, is_excluded=False)
    pillars = [pillar_state(pillar, readings) for pillar in version.pillars]
    return _is_qualified(version, sum(line.points for line in lines.values()), pillars)


def _is_qualified(version: Version, score: int, pillars: Iterable[bool | None]) -> bool:
    all_held = all(state is True for state in pillars)
    if version.qualification == "score_only":
        return _reaches(score, version)
    if version.qualification == "pillars_only":
        return all_held
    return all_held and _reaches(score, version)


def _reaches(score: int, version: Version) -> bool:
    return version.pql_threshold is not None and score >= version.pql_threshold


def _ledger(version: Version, readings: Readings, *, is_excluded: bool) -> dict[str, Line]:
    """Every line that holds: rules, then caps, floor and exclusion, each on what is left."""
    lines = {}
    for rule in version.rules:
        holding = _holding_metrics(rule, readings)
        if holding:
            lines[rule.rule_id] = Line("rule", rule.layer, rule.points, holding)
    sums = _points_by_layer(lines)
    for layer, cap in version.caps.items():
        if sums[layer] > cap:
            lines[f"cap_{layer}"] = Line("cap", layer, cap - sums[layer])
    left = sum(line.points for line in lines.values())
    if left < 0:
        lines["floor"] = Line("floor", None, -left)
        left = 0
    if is_excluded and left:
        lines["exclusion"] = Line("exclusion", None, -left)
    return lines


def _holding_metrics(rule: Rule, readings: Readings) -> tuple[str, ...]:
    return tuple(
        sorted(row.metric_id for row in rule.conditions if holds(row, readings[row.metric_id]))
    )


def _points_by_layer(lines: Mapping[str, Line]) -> dict[str, int]:
    """Points of the rules by layer, before caps."""
    sums = dict.fromkeys(LAYERS, 0)
    for line in lines.values():
        if line.line_type == "rule" and line.layer is not None:
            sums[line.layer] += line.points
    return sums
