"""What the page could not tell, or tells with less certainty than its numbers seem to have."""

from reporting import wording
from reporting.facts import Facts

_FEW = 30


def doubts(facts: Facts) -> list[str]:
    """Sentences, the ones about these data first, the ones about any data last."""
    return [
        *_refusals(facts),
        *_futures(facts),
        *_gaps(facts),
        *_few(facts),
        "A lift compares people who came to a score with everyone. It does not say that a call, or "
        "a higher score, would make anybody convert.",
        "Medians of days look at who has converted so far; who is still to convert takes longer.",
    ]


def _refusals(facts: Facts) -> list[str]:
    found = [
        f"Whether the score predicts within {row['horizon_days']} days: {wording.refusal(row)}."
        for row in facts.verdicts
        if row["period"] == "all"
        and row["verdict"] in ("too few conversions", "too little history")
    ]
    if not facts.verdicts:
        found.append("Whether the score predicts: the model does not score free users.")
    return found


def _futures(facts: Facts) -> list[str]:
    verdict = facts.verdict()
    metrics = (verdict or {}).get("metrics_that_may_know_the_future")
    if not metrics:
        return []
    labels = ", ".join(facts.metric_label(metric_id).lower() for metric_id in metrics.split(", "))
    return [
        "The score rests on what may have been learned only later, so it may look better than it "
        f"was: {labels}."
    ]


def _gaps(facts: Facts) -> list[str]:
    """Metrics of which no month is complete, or that nothing was ever counted for."""
    known: dict[str, str] = {}
    complete = set()
    for row in facts.metrics:
        if row["segment"] == "all" and row["period"] == "month":
            known[row["metric_id"]] = row["label"]
            if row["is_complete"] and row["value"] is not None:
                complete.add(row["metric_id"])
    open_yet = sorted(label for metric, label in known.items() if metric not in complete)
    found = []
    if open_yet:
        found.append(f"No month is old enough yet for: {'; '.join(open_yet)}.")
    if "response_windows_met" not in known:
        found.append("Whether hot leads are answered in time: no hot trigger fired.")
    if "acceptance_rate" not in known:
        found.append("What reps make of leads: they accepted or rejected none.")
    missing = {"mql", "pql", "sql"} - {row["lead_stage"] for row in facts.stages}
    if missing:
        names = " and ".join(stage.upper() for stage in sorted(missing))
        found.append(f"How {names} compare: nobody entered the stage.")
    return found


def _few(facts: Facts) -> list[str]:
    latest = {
        row["label"]: row["clusters"]
        for row in facts.metrics
        if row["segment"] == "all"
        and row["period"] == "month"
        and row["is_complete"]
        and row["value"] is not None
    }
    few = sorted(label for label, clusters in latest.items() if clusters < _FEW)
    if not few:
        return []
    return [f"The latest month rests on fewer than {_FEW} people or companies: {'; '.join(few)}."]
