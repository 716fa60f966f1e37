"""Facts: what is counted."""

from typing import NamedTuple


class Fact(NamedTuple):
    """One fact of a signal. The first field orders facts by time."""

    at: int
    object_id: str | None = None
    # Who is on the other side: the actor where someone else is credited, a member, a user.
    other: str | None = None
    quantity: int = 1
    leaves_at: int | None = None
    counted_from: int | None = None
    # What tells of the fact: the event, the session, who completed an activation.
    evidence_id: str | None = None


class Series:
    """The facts of one signal of one entity, in order, with their instants."""

    def __init__(self, facts: list[Fact]) -> None:
        """Order the facts by time."""
        self.facts = sorted(facts, key=lambda fact: fact.at)
        self.at = [fact.at for fact in self.facts]
        # Facts that all leave by the window alone can be found by their instants.
        self.leave_by_window = all(
            fact.leaves_at is None and fact.counted_from is None for fact in self.facts
        )


NO_FACTS = Series([])
