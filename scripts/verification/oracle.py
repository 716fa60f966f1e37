"""The oracle: everything derived from one raw folder and one rules folder."""

from dataclasses import dataclass
from functools import cached_property

from verification.entities import Entities
from verification.exclusions import Exclusions
from verification.instants import parse_instant
from verification.metrics import Metrics
from verification.problems import UsageProblem
from verification.rules import Rules
from verification.scoring import Scoring
from verification.settings import Settings
from verification.signals import Signals
from verification.sources import RawFolder
from verification.staging import Staged, stage
from verification.triggers import Triggers


@dataclass
class Oracle:
    """Answers questions about users at instants, straight from the facts."""

    rules: Rules
    settings: Settings
    staged: Staged
    entities: Entities
    signals: Signals
    metrics: Metrics
    exclusions: Exclusions
    triggers: Triggers
    scoring: Scoring

    @classmethod
    def consult(cls, folder: RawFolder, rules: Rules, settings: Settings) -> "Oracle":
        """Read the raw folder and derive facts and entities."""
        staged = stage(folder, settings)
        entities = Entities(staged, rules)
        signals = Signals(entities, rules, settings)
        metrics = Metrics(entities, signals, rules)
        exclusions = Exclusions(entities, staged, settings)
        triggers = Triggers(signals, metrics, rules)
        scoring = Scoring(entities, metrics, exclusions, triggers, rules)
        return cls(
            rules, settings, staged, entities, signals, metrics, exclusions, triggers, scoring
        )

    @cached_property
    def as_of(self) -> int | None:
        """The instant of the "now" tables; None for `latest` without a single event."""
        if self.settings.as_of == "latest":
            return max((event.at for event in self.entities.events), default=None)
        instant = parse_instant(self.settings.as_of)
        if instant is None:
            raise UsageProblem(
                f"as_of is {self.settings.as_of}: give `latest` or an instant"
                " like 2026-01-31T00:00:00Z (of a run at `now`, the as_of of its pql_scores)."
            )
        return instant
