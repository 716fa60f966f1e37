"""What a model says of a user: the lines of the ledger, and the status they make."""

from dataclasses import dataclass


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


# One model's verdicts on one user, in order of time.
Course = list[tuple[int, Verdict]]
