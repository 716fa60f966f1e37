"""Numbers and verdicts in words."""

from pql.marts import Record


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def days(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} days"


def count(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def money(value: float | None) -> str:
    return "" if value is None else f"{value / 100:,.2f}"


def times(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def amount(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}"


FORMS = {"share": share, "days": days, "users": count, "cents": money, "actions": amount}


def with_interval(row: Record, name: str, unit: str) -> str:
    """A value and, as far as they are known, the ends of its interval."""
    form = FORMS[unit]
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if row[name] is None:
        return "not known"
    if low is None and high is None:
        return form(row[name])
    return f"{form(row[name])} ({form(low) or '?'} to {form(high) or '?'})"


def about_score(verdict: Record) -> str:
    """Does the score tell who converts?"""
    within = f"within {verdict['horizon_days']} days"
    if verdict["verdict"] == "predicts":
        return (
            f"Yes. At the top ({verdict['top_slice']}) people convert {times(verdict['top_lift'])} "
            f"times as often {within} as everyone does ({times(verdict['top_lift_low'])} to "
            f"{times(verdict['top_lift_high'])})."
        )
    if verdict["verdict"] == "not distinguishable":
        return (
            f"It cannot be told from chance: the interval of the lift at the top, {within}, "
            "does not leave out 1."
        )
    return f"Nobody can say: {refusal(verdict)}."


def about_pqls(verdict: Record) -> str:
    """Is being a PQL worth a call?"""
    rate = with_interval(verdict, "pql_conversion_rate", "share")
    base = share(verdict["base_conversion_rate"])
    sentences = {
        "worth it": f"PQLs convert in {rate}, everyone in {base}: the flag is worth it.",
        "too loose": f"PQLs convert in {rate} only: the threshold is too loose.",
        "not distinguishable": f"PQLs convert in {rate}, everyone in {base}: maybe by chance.",
    }
    return sentences.get(verdict["pql_verdict"], "")


def refusal(row: Record) -> str:
    """Why there is no answer, and what it would take."""
    if row["verdict"] == "too few conversions":
        return (
            f"too few conversions; it takes {row['conversions_needed']:,} more people or companies "
            "that convert"
        )
    return {
        "too little history": "no evaluated instant is old enough for its outcome to be known",
        "no points": "the model gives no points",
        "not distinguishable": "a probability for each score is not surely better than one for all",
    }[row["verdict"]]
