"""Conditions on metrics, in three-valued logic: held (True), failed (False) or unknown (None)."""

from collections.abc import Iterable

from verification.metrics import Value
from verification.readings import Readings
from verification.rules import Condition, Pillar


def holds(condition: Condition, value: Value) -> bool | None:
    """Three-valued: an unknown value neither holds nor fails."""
    if condition.is_unknown:
        return value is None
    if value is None:
        return None
    return (condition.lower is None or condition.lower <= value) and (
        condition.upper is None or value < condition.upper
    )


def pillar_state(pillar: Pillar, readings: Readings) -> bool | None:
    """Held, failed or unknown: one alternative is enough, of which all conditions must hold."""
    return _any(
        _all(holds(row, readings[row.metric_id]) for row in alternative)
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
