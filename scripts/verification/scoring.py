"""The verdict on a user at an instant: rules, caps, pillars, triggers, exclusions, status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verification.entities import Entities
from verification.exclusions import Exclusions
from verification.metrics import Metrics, Value
from verification.rules import LAYERS, Condition, Model, Pillar, Rule, Rules, Version
from verification.triggers import Triggers


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger; rule lines know the metrics of the rows that hold."""

    line_type: str
    layer: str | None
    points: int
    metric_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model says of a user at one instant."""

    model_version: str
    status: str
    score: int
    layer_points: dict[str, int]
    adjustment_points: int
    lines: dict[str, Line]
    pillars: dict[str, bool | None]
    hot_triggers: tuple[str, ...]
    is_qualified_by_score: bool
    is_hot_by_score: bool
    ineligibility_reason: str | None

    @property
    def is_pql(self) -> bool:
        """Hot or pql."""
        return self.status in ("hot", "pql")

    @property
    def qualified_by(self) -> str | None:
        """What made the user a PQL: score, trigger or both."""
        if not self.is_pql:
            return None
        if self.is_qualified_by_score:
            return "both" if self.hot_triggers else "score"
        return "trigger"

    def pillar_names(self, *, held: bool) -> str | None:
        """Names of the pillars held, or of those failed or unknown; None where there is none."""
        names = sorted(name for name, state in self.pillars.items() if (state is True) is held)
        return ", ".join(names) or None


class Readings:
    """The metrics of one user at one instant; those of the account and domain are inherited."""

    def __init__(
        self, metrics: Metrics, rules: Rules, entities: Entities, user_id: str, at: int
    ) -> None:
        """Remember who and when; values are read when asked for."""
        self._metrics = metrics
        self._rules = rules
        self._entities = entities
        self._user_id = user_id
        self._at = at
        self._values: dict[str, Value] = {}

    def __getitem__(self, metric_id: str) -> Value:
        """The value of a metric, None if unknown."""
        if metric_id not in self._values:
            self._values[metric_id] = self._read(metric_id)
        return self._values[metric_id]

    def with_value(self, metric_id: str, value: Value) -> "Readings":
        """The same readings with one metric changed."""
        changed = Readings(self._metrics, self._rules, self._entities, self._user_id, self._at)
        changed._values = {**self._values, metric_id: value}
        return changed

    def _read(self, metric_id: str) -> Value:
        entity_type = self._rules.metrics[metric_id].entity_type
        entity_id: str | None = self._user_id
        if entity_type == "account":
            entity_id = self._entities.account_at(self._user_id, self._at)
        elif entity_type == "domain":
            entity_id = self._entities.domain_at(self._user_id, self._at)
        return None if entity_id is None else self._metrics.value(metric_id, entity_id, self._at)


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
        pillars = {pillar.name: _state(pillar, readings) for pillar in version.pillars}
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
    pillars = [_state(pillar, readings) for pillar in version.pillars]
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


# -- Conditions ------------------------------------------------------------------------------------


def _holds(condition: Condition, value: Value) -> bool | None:
    """Three-valued: an unknown value neither holds nor fails."""
    if condition.is_unknown:
        return value is None
    if value is None:
        return None
    return (condition.lower is None or condition.lower <= value) and (
        condition.upper is None or value < condition.upper
    )


def _state(pillar: Pillar, readings: Readings) -> bool | None:
    """Held, failed or unknown."""
    return _any(
        _all(_holds(row, readings[row.metric_id]) for row in alternative)
        for alternative in pillar.alternatives
    )


def _all(states: Iterable[bool | None]) -> bool | None:
    known = set(states)
    if False in known:
        return False
    return None if None in known else True


def _any(states: Iterable[bool | None]) -> bool | None:
    known = set(states)
    if True in known:
        return True
    return None if None in known else False


# -- Ledger ----------------------------------------------------------------------------------------


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
        sorted(row.metric_id for row in rule.conditions if _holds(row, readings[row.metric_id]))
    )


def _points_by_layer(lines: Mapping[str, Line]) -> dict[str, int]:
    """Points of the rules by layer, before caps."""
    sums = dict.fromkeys(LAYERS, 0)
    for line in lines.values():
        if line.line_type == "rule" and line.layer is not None:
            sums[line.layer] += line.points
    return sums
