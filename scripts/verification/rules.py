"""The rule seeds as typed records. Empty means none, ever, any."""

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

LAYERS = ("activation", "usage", "fit", "intent", "other")
Number = int | Fraction


@dataclass(frozen=True, slots=True)
class EventSignal:
    """Events of this name (and property) give this signal."""

    event_name: str
    property_name: str | None
    property_value: str | None
    signal: str
    quantity_property: str | None
    credited_to: str


@dataclass(frozen=True, slots=True)
class ActivationStep:
    """One step of an activation sequence."""

    signal: str
    min_count: int
    count_distinct: str
    exclude_self: bool
    deadline: int | None


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure over a signal, an attribute or two other metrics."""

    metric_id: str
    entity_type: str
    kind: str
    signal: str | None
    attribute: str | None
    window: int | None
    within_signup: int | None
    numerator: str | None
    denominator: str | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A metric inside `[lower, upper)`, or, with is_unknown, a metric without a value."""

    metric_id: str
    lower: Number | None
    upper: Number | None
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for a condition; rules with several conditions hold while any of them does."""

    rule_id: str
    layer: str
    points: int
    conditions: tuple[Condition, ...]
    # Metrics of the rows that come with advice for the next step.
    advised_metrics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pillar:
    """Alternatives (OR) of conditions (AND)."""

    name: str
    alternatives: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """What makes an entity hot at once, for how long, and how fast to answer."""

    trigger_id: str
    entity_type: str
    metric_id: str
    lower: Number | None
    hot: int
    respond: int
    rearm: int
    lane: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a model with everything that belongs to it."""

    model_version: str
    valid_from: int
    activation_id: str | None
    qualification: str
    pql_threshold: int | None
    hot_threshold: int | None
    caps: dict[str, int]
    rules: tuple[Rule, ...]
    pillars: tuple[Pillar, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its versions in order of time, its triggers, its exclusions."""

    model_id: str
    versions: tuple[Version, ...]
    # Those that make a user hot, and those of accounts and domains, which never do.
    user_triggers: tuple[Trigger, ...]
    company_triggers: tuple[Trigger, ...]
    # Active reasons by precedence.
    exclusions: tuple[str, ...]

    def version_at(self, at: int) -> Version | None:
        """The version in force, none before the first."""
        index = bisect_right(self.versions, at, key=lambda version: version.valid_from)
        return self.versions[index - 1] if index else None

    def exclusion_among(self, reasons: set[str]) -> str | None:
        """Of the reasons that hold, the one the model names; None if it leaves nobody out."""
        return next((reason for reason in self.exclusions if reason in reasons), None)

    def metric_ids(self) -> set[str]:
        """Every metric a user's verdict depends on: of rules, pillars and user triggers."""
        conditions = (
            condition
            for version in self.versions
            for group in (
                *(rule.conditions for rule in version.rules),
                *(row for pillar in version.pillars for row in pillar.alternatives),
            )
            for condition in group
        )
        return {c.metric_id for c in conditions} | {t.metric_id for t in self.user_triggers}


@dataclass(frozen=True, slots=True)
class Title:
    """A keyword of job titles, as words."""

    words: tuple[str, ...]
    seniority_rank: int
    is_decision_maker: bool


@dataclass(frozen=True)
class Rules:
    """All seeds of one rules folder."""

    event_signals: dict[str, tuple[EventSignal, ...]]
    activations: dict[str, tuple[ActivationStep, ...]]
    metrics: dict[str, Metric]
    models: tuple[Model, ...]
    domain_kinds: dict[str, str]
    icp_industries: frozenset[str]
    titles: tuple[Title, ...]
    default_activation: str | None


def title_words(text: str) -> tuple[str, ...]:
    """The words of a title or keyword: lower case, only letters and digits."""
    return tuple("".join(c if c.isalnum() else " " for c in text.lower()).split())
