"""Activation: the instant at which the last missing step of a sequence is met."""

from collections.abc import Mapping, Sequence

from verification.facts import Fact
from verification.rules import ActivationStep


def completed_at(
    user_id: str,
    signup: int | None,
    steps: Sequence[ActivationStep],
    facts: Mapping[str, Sequence[Fact]],
) -> int | None:
    """When the user completed all steps, None if never; facts are the user's, by signal."""
    met = [_met_at(user_id, signup, step, facts[step.signal]) for step in steps]
    instants = [at for at in met if at is not None]
    return max(instants) if instants and len(instants) == len(met) else None


def _met_at(
    user_id: str, signup: int | None, step: ActivationStep, facts: Sequence[Fact]
) -> int | None:
    """The instant of the fact that brings the step to its count, None if late or never."""
    counted: set[object] = set()
    for number, fact in enumerate(sorted(facts, key=lambda fact: fact.at)):
        if step.exclude_self and fact.other in (None, user_id):
            continue
        counted.add(_what_counts(step, fact, number))
        counted.discard(None)
        if len(counted) >= step.min_count:
            is_late = step.deadline is not None and (
                signup is None or fact.at > signup + step.deadline
            )
            return None if is_late else fact.at
    return None


def _what_counts(step: ActivationStep, fact: Fact, number: int) -> object:
    """What has to differ from fact to fact: nothing, the object or the other user."""
    if step.count_distinct == "events":
        return number
    return fact.object_id if step.count_distinct == "objects" else fact.other
