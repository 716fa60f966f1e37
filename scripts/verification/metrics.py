"""The value of a metric at an instant: look at the facts, keep those that count, count them."""

from bisect import bisect_left, bisect_right
from fractions import Fraction

from verification.entities import Entities
from verification.facts import Fact, Series
from verification.instants import DAY, EVER, NEVER
from verification.rules import Metric, Rules
from verification.signals import Signals

# A whole number, an exact ratio, or None: unknown.
Value = int | Fraction | None


def leaves_at(fact: Fact, window: int | None) -> int:
    """When a fact stops counting in a window (None: ever)."""
    if fact.leaves_at is not None:
        return fact.leaves_at
    if window is None:
        return NEVER
    return (fact.at if fact.counted_from is None else fact.counted_from) + window


class Metrics:
    """Metrics of any entity at any instant."""

    def __init__(self, entities: Entities, signals: Signals, rules: Rules) -> None:
        """Read facts and attributes from where they were derived."""
        self._entities = entities
        self._signals = signals
        self._metrics = rules.metrics

    def value(self, metric_id: str, entity_id: str, at: int) -> Value:
        """The value for an entity of the metric's own type; None is unknown."""
        metric = self._metrics[metric_id]
        start = self.start(metric.entity_type, entity_id)
        if start is None or at < start:
            return None
        if metric.kind == "attribute":
            return self._attribute(metric, entity_id, at)
        if metric.kind == "ratio":
            return self._ratio(metric, entity_id, at)
        until = self.latest_counted(metric, entity_id)
        if until is None:
            return None
        series = self._signals.series(metric.entity_type, entity_id, metric.signal)
        return _measure(metric, series, at, until)

    def start(self, entity_type: str, entity_id: str) -> int | None:
        """When an entity starts to have values."""
        if entity_type == "user":
            person = self._entities.people.get(entity_id)
            return person.start if person else None
        if entity_type == "account":
            return self._entities.account_starts.get(entity_id)
        return self._entities.domain_starts.get(entity_id)

    def latest_counted(self, metric: Metric, entity_id: str) -> int | None:
        """The instant after which facts do not count, None if it is unknown."""
        if metric.within_signup is None:
            return NEVER
        person = self._entities.people.get(entity_id) if metric.entity_type == "user" else None
        if person is None or person.signup is None:
            return None
        return person.signup + metric.within_signup

    def countable(self, metric: Metric, entity_id: str) -> list[Fact]:
        """The facts of a metric's signal that it looks at, with what it counts."""
        facts = self._signals.series(metric.entity_type, entity_id, metric.signal).facts
        if metric.kind == "distinct_objects":
            return [fact for fact in facts if fact.object_id is not None]
        if metric.kind == "distinct_users":
            return [fact for fact in facts if fact.other is not None]
        return facts

    def _attribute(self, metric: Metric, entity_id: str, at: int) -> int | None:
        if metric.entity_type == "user":
            return self._entities.user_attribute(entity_id, metric.attribute or "", at)
        if metric.entity_type == "account":
            return self._entities.account_attribute(entity_id, metric.attribute or "", at)
        return None

    def _ratio(self, metric: Metric, entity_id: str, at: int) -> Fraction | None:
        numerator = self.value(metric.numerator or "", entity_id, at)
        denominator = self.value(metric.denominator or "", entity_id, at)
        if numerator is None or not denominator:
            return None
        return Fraction(numerator) / Fraction(denominator)


def _measure(metric: Metric, series: Series, at: int, until: int) -> int:
    """A count, a sum, distinct things or active days over the facts that count at an instant."""
    if metric.kind == "active_days":
        return _active_days(metric, series, at, until)
    facts = _counting(series, metric.window, at, until)
    if metric.kind == "sum":
        return sum(fact.quantity for fact in facts)
    if metric.kind == "distinct_objects":
        return len({fact.object_id for fact in facts} - {None})
    if metric.kind == "distinct_users":
        return len({fact.other for fact in facts} - {None})
    return len(facts)


def _counting(series: Series, window: int | None, at: int, until: int) -> list[Fact]:
    """The facts f with f <= at < the instant they leave."""
    happened = bisect_right(series.at, min(at, until))
    if not series.leave_by_window:
        return [fact for fact in series.facts[:happened] if at < leaves_at(fact, window)]
    first = 0 if window is None else bisect_right(series.at, at - window)
    return series.facts[first:happened]


def _active_days(metric: Metric, series: Series, at: int, until: int) -> int:
    """Distinct UTC dates, each for whole days from its midnight on."""
    happened = bisect_right(series.at, min(at, until))
    oldest = EVER if metric.window is None else at - metric.window
    # A date that counts began after `oldest`; so did every fact of it.
    first = bisect_left(series.at, oldest)
    days = {fact_at // DAY * DAY for fact_at in series.at[first:happened]}
    return sum(day > oldest for day in days)
