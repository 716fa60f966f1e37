"""Rows of the rule seeds, and the values in their cells."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from verification.instants import HOUR
from verification.problems import UsageProblem
from verification.rules import Number
from verification.sources import RawRow, read_csv

Record = TypeVar("Record")

_SEED_COLUMNS = {
    "activation_steps": (
        "activation_id signal min_count count_distinct exclude_self deadline_hours"
    ),
    "domains": "domain kind",
    "event_signals": (
        "event_name property_name property_value signal quantity_property credited_to"
    ),
    "exclusions": "model_id reason precedence is_active",
    "hot_triggers": (
        "model_id trigger_id entity_type metric_id lower hot_hours respond_hours rearm_quiet_hours"
        " lane"
    ),
    "industries": "industry icp_industry",
    "metrics": (
        "metric_id entity_type kind signal attribute window_hours within_hours_of_signup"
        " numerator_metric_id denominator_metric_id"
    ),
    "models": (
        "model_id model_version valid_from entity_type activation_id qualification pql_threshold"
        " hot_threshold activation_cap usage_cap fit_cap intent_cap"
    ),
    "pillars": "model_id model_version pillar alternative metric_id lower upper is_unknown",
    "rules": ("model_id model_version rule_id layer metric_id lower upper points next_step"),
    "titles": "keyword seniority_rank is_decision_maker",
}


def seed_rows(path: Path, name: str) -> list[RawRow]:
    """The rows of one seed of a folder."""
    file = path / f"pql_{name}.csv"
    if not file.is_file():
        raise UsageProblem(f"There is no rule seed {file}: --rules names a folder with all eleven.")
    return read_csv(file, tuple(_SEED_COLUMNS[name].split()))


def grouped(pairs: Iterable[tuple[str, Record]]) -> dict[str, tuple[Record, ...]]:
    """What belongs to each name, in order."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for name, record in pairs:
        groups[name].append(record)
    return {name: tuple(records) for name, records in groups.items()}


def whole(text: str | None) -> int | None:
    """A whole number."""
    return None if text is None else int(text)


def number(text: str | None) -> Number | None:
    """A bound of a band, exactly; a whole number stays an int, which compares faster."""
    if text is None:
        return None
    exact = Fraction(text)
    return exact.numerator if exact.denominator == 1 else exact


def hours(text: str | None) -> int | None:
    """Hours, as microseconds."""
    return None if text is None else int(text) * HOUR


def is_true(text: str | None) -> bool:
    """A boolean; an empty cell is false."""
    return (text or "").lower() in ("true", "t", "yes", "y", "1")
