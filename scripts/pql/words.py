"""Numbers of the rules in plain words: bands, conditions, points, periods."""

from collections.abc import Mapping
from decimal import Decimal

Row = Mapping[str, str | None]

# Attributes that are 1 or 0: their label is already the whole statement.
_YES_OR_NO = {"icp_industry", "is_decision_maker"}
# Attributes that are a place on a scale, of which nobody has "5 or more".
_SCALES = {"seniority_rank"}


def number(value: Decimal) -> str:
    """`1,200`, and `1.5` only where the fraction matters."""
    return f"{int(value):,}" if value == int(value) else f"{value.normalize():,f}"


def points(value: int) -> str:
    """Points with their sign."""
    return f"{value:+d}" if value else "0"


def period(hours: int) -> str:
    """`4 hours`, `24 hours`, `7 days`: whole days from two days on."""
    count, unit = (hours // 24, "day") if hours >= 48 and hours % 24 == 0 else (hours, "hour")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def band(lower: str | None, upper: str | None, *, is_whole: bool = True) -> str:
    """The band `[lower, upper)`: of whole numbers `[3, 7)` is "3 to 6"."""
    low = None if lower is None else Decimal(lower)
    high = None if upper is None else Decimal(upper)
    if low is None:
        return "any value" if high is None else _below(high, is_whole)
    if high is None:
        return f"{number(low)} or more"
    if high <= low:
        return f"never: {number(low)} is not below {number(high)}"
    if not is_whole:
        return f"{number(low)} to under {number(high)}"
    last = high - 1
    if low == 0 == last:
        return "none"
    return f"exactly {number(low)}" if low == last else f"{number(low)} to {number(last)}"


def _below(high: Decimal, is_whole: bool) -> str:
    return "none" if is_whole and high == 1 else f"under {number(high)}"


def statement(metric: Row, lower: str | None, upper: str | None) -> str:
    """A condition as a line of a ledger: "Sessions in 14 days: 7 or more"."""
    label = _label(metric)
    if _is_yes_or_no(metric) and _is_from_one_up(lower, upper):
        return label
    if _is_from_one_up(lower, upper) and metric["kind"] not in ("attribute", "ratio"):
        return f"{label}: at least one"
    return f"{label}: {_band_of(metric, lower, upper)}"


def phrase(metric: Row, lower: str | None, upper: str | None) -> str:
    """A condition inside a sentence: "7 or more sessions in 14 days"."""
    label = lower_first(_label(metric))
    if _is_yes_or_no(metric) and _is_from_one_up(lower, upper):
        return label
    words = _band_of(metric, lower, upper)
    is_amount = words[0].isdigit() or words.startswith(("exactly", "under"))
    if _is_yes_or_no(metric) or metric["attribute"] in _SCALES or not is_amount:
        return f"{label}: {words}"
    return f"{words} {label}"


def topic(metric: Row, lower: str | None, upper: str | None) -> str:
    """What a condition is about, in a list: the band is named only where it is not "1 or more"."""
    is_plain = _is_from_one_up(lower, upper)
    return lower_first(_label(metric)) if is_plain else phrase(metric, lower, upper)


def unknown(metric: Row) -> str:
    """That a value is not known, inside a sentence."""
    return f"{lower_first(_label(metric))} unknown"


def lower_first(text: str) -> str:
    """The text as it stands inside a sentence; abbreviations such as `API` stay."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def spaced(name: str) -> str:
    """A technical name as words."""
    return name.replace("_", " ")


def _label(metric: Row) -> str:
    return metric["label"] or spaced(metric["metric_id"] or "")


def _band_of(metric: Row, lower: str | None, upper: str | None) -> str:
    return band(lower, upper, is_whole=metric["kind"] != "ratio")


def _is_yes_or_no(metric: Row) -> bool:
    """Is the metric a fact that is there or not, such as a milestone that is reached for ever?"""
    if metric["kind"] == "attribute":
        return metric["attribute"] in _YES_OR_NO
    return metric["kind"] == "count" and metric["window_hours"] is None


def _is_from_one_up(lower: str | None, upper: str | None) -> bool:
    return lower is not None and Decimal(lower) == 1 and upper is None
