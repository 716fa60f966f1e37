"""The sections of the page: each a question, an answer in words, and a picture or table of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pql.marts import Record
from reporting import charts, wording
from reporting.facts import FUNNEL, Facts

_SIGNALS_SHOWN = 20


@dataclass(frozen=True)
class Table:
    """A table; the first column is a heading of its row."""

    headings: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Section:
    """One question. Without a picture and a table, the answer says why there is none."""

    name: str
    title: str
    answer: str
    chart: charts.Spec | None = None
    table: Table | None = None
    note: str = ""
    # A picture beside another one where the page is wide enough.
    is_half: bool = field(default=False)


def sections(facts: Facts) -> list[Section]:
    """Everything but the leads and the doubts, in reading order."""
    parts: list[Callable[[Facts], Section]] = [
        _funnel,
        _pqls_a_week,
        _time_to_pql,
        _scores,
        _lift,
        _reliability,
        _signals,
        _stages,
        _responses,
        _feedback,
        _business,
    ]
    return [part(facts) for part in parts]


def _funnel(facts: Facts) -> Section:
    title = "How far do signups come?"
    months = {step: facts.metric(step) for step in FUNNEL}
    rows = months["activation_rate"]
    if not rows:
        return Section("funnel", title, "No month of signups has had 30 days to go on yet.")
    signups = sum(row["cases"] for row in rows)
    steps: list[Record] = [{"step": "Signed up", "users": signups, "text": f"{signups:,}"}]
    for metric_id, label in FUNNEL.items():
        users = round(sum(row["value"] * row["cases"] for row in months[metric_id]))
        text = f"{users:,} ({users / signups:.1%})"
        steps.append({"step": label, "users": users, "text": text})
    first, last = rows[0]["period_started_at"], rows[-1]["period_started_at"]
    return Section(
        "funnel",
        title,
        f"Of {signups:,} users who signed up from {first:%B %Y} to {last:%B %Y}, within 30 days: "
        f"{steps[1]['text']} activated, {steps[2]['text']} became PQLs, {steps[3]['text']} paid. "
        "Steps may be skipped: not every customer was a PQL.",
        charts.funnel(steps),
        is_half=True,
    )


def _pqls_a_week(facts: Facts) -> Section:
    title = "How many new PQLs a week?"
    weeks = facts.metric("new_pqls", "week")
    if not weeks:
        return Section("weeks", title, "Nobody has become a PQL in a week that is over.")
    last = weeks[-1]
    growth = facts.metric("lead_velocity")
    answer = (
        f"{wording.count(last['value'])} in the last full week, of "
        f"{last['period_started_at']:%d %B %Y}."
    )
    if growth:
        answer += (
            f" Lead velocity, {growth[-1]['period_started_at']:%B} over the month before: "
            f"{wording.with_interval(growth[-1], 'value', 'share')}."
        )
    return Section("weeks", title, answer, charts.bars_over_time(weeks, "New PQLs"), is_half=True)


def _time_to_pql(facts: Facts) -> Section:
    return _over_months(
        facts, "days_to_pql", "How long until somebody is a PQL?", "Median days", ".1f"
    )


def _responses(facts: Facts) -> Section:
    section = _over_months(
        facts, "response_windows_met", "Are hot leads answered in time?", "Answered in time", ".0%"
    )
    segments = {
        row["segment"] for row in facts.metrics if row["metric_id"] == "response_windows_met"
    }
    rows = []
    for segment in sorted(segments - {"all"}):
        months = facts.metric("response_windows_met", segment=segment)
        due = sum(row["cases"] for row in months)
        met = round(sum(row["cases"] * row["value"] for row in months))
        if due:
            rows.append([segment.replace("_", " "), f"{due:,}", f"{met:,}", f"{met / due:.0%}"])
    table = Table(["Trigger", "Due", "In time", "Share"], rows) if rows else None
    return Section(section.name, section.title, section.answer, section.chart, table, is_half=True)


def _over_months(facts: Facts, metric_id: str, title: str, axis: str, number: str) -> Section:
    months = facts.metric(metric_id)
    if not months:
        return Section(metric_id, title, "No month that is over has a case.", is_half=True)
    last = months[-1]
    value = wording.with_interval(last, "value", last["unit"])
    answer = f"{value} in {last['period_started_at']:%B %Y}, of {last['cases']:,} cases."
    chart = charts.intervals_over_time(months, axis, number)
    return Section(metric_id, title, answer, chart, note=last["definition"], is_half=True)


def _scores(facts: Facts) -> Section:
    title = "Do those who convert score higher?"
    if not sum(band["conversions"] for band in facts.bands):
        return Section("scores", title, "No observed user converted, or the model gives no points.")
    verdict = facts.verdict()
    assert verdict is not None
    answer = (
        f"{verdict['users']:,} free users were observed every week, with the score they had then; "
        f"{verdict['conversions']:,} of {verdict['observations']:,} observations converted within "
        f"{verdict['horizon_days']} days."
    )
    if verdict["auc"] is not None:
        answer += (
            " One that converts scores higher than one that does not in "
            f"{wording.with_interval(verdict, 'auc', 'share')} of pairs (50 % is chance)."
        )
    return Section("scores", title, answer, charts.scores_by_outcome(facts.bands), is_half=True)


def _lift(facts: Facts) -> Section:
    title = "Does a higher score mean a better chance?"
    rows = [
        {
            "name": band["slice"],
            "lift": band["lift"],
            "low": band["lift_low"],
            "high": band["lift_high"],
            "verdict": band["verdict"],
            "is_sure": band["verdict"] in ("converts more", "converts less"),
        }
        for band in reversed(facts.bands)
        if band["lift"] is not None and band["lift_high"] is not None
    ]
    verdict = facts.verdict()
    if not rows or verdict is None:
        return Section("lift", title, "No band of the score has a rate to compare.")
    return Section(
        "lift", title, wording.about_pqls(verdict), charts.lifts(rows), note=_PALE, is_half=True
    )


_PALE = "Lines are 95 % intervals; pale points cannot be told from everyone (1)."


def _reliability(facts: Facts) -> Section:
    title = "What is a score worth as a probability?"
    steps = facts.calibration
    if not steps or steps[0]["step"] is None:
        why = wording.refusal(steps[0]) if steps else "nothing was evaluated"
        return Section("reliability", title, f"Nobody can say: {why}.", is_half=True)
    first, last = steps[0], steps[-1]
    answer = (
        f"From {wording.share(first['probability'])} at {first['score_from']} points to "
        f"{wording.share(last['probability'])} from {last['score_from']} on, within "
        f"{facts.horizon_days} days. Fitted on earlier weeks, tested on later ones: points on the "
        "diagonal kept their promise. They miss it by "
        f"{first['held_out_calibration_error'] * 100:.1f} percentage points on average."
    )
    if first["verdict"] != "calibrated":
        answer = f"With doubt: {wording.refusal(first)}. {answer}"
    return Section("reliability", title, answer, charts.reliability(steps), is_half=True)


def _signals(facts: Facts) -> Section:
    title = "Which signals tell, and which are vanity?"
    rows = [
        {
            "name": facts.metric_label(signal["signal_id"]),
            "lift": signal["lift"],
            "low": signal["lift_low"],
            "high": signal["lift_high"],
            "verdict": signal["verdict"],
            "is_sure": signal["verdict"] in ("converts more", "converts less"),
        }
        for signal in facts.signals
        if signal["lift"] is not None and signal["lift_high"] is not None
    ]
    if not rows:
        return Section("signals", title, "No signal has a rate to compare.")
    unsure = sum(not row["is_sure"] for row in rows)
    answer = (
        f"Users who have the signal, compared with everyone observed, within {facts.horizon_days} "
        f"days. {unsure} of {len(rows)} cannot be told from everyone."
    )
    if len(rows) > _SIGNALS_SHOWN:
        answer += f" The {_SIGNALS_SHOWN} with the highest lift are shown."
    return Section("signals", title, answer, charts.lifts(rows[:_SIGNALS_SHOWN]), note=_PALE)


def _stages(facts: Facts) -> Section:
    title = "MQL, PQL or SQL?"
    if not facts.stages:
        return Section("stages", title, "No user has entered a stage.")
    forms = {
        "Leads": lambda row: f"{row['leads']:,}",
        "Convert in 90 days": lambda row: wording.with_interval(row, "conversion_rate", "share"),
        "Share of conversions": lambda row: wording.with_interval(
            row, "share_of_conversions", "share"
        ),
        "Days to conversion": lambda row: wording.with_interval(
            row, "median_days_to_conversion", "actions"
        ),
        "Sales cycle, days": lambda row: wording.with_interval(
            row, "median_sales_cycle_days", "actions"
        ),
        "Still customers after 90 days": lambda row: wording.with_interval(
            row, "retention_rate", "share"
        ),
        "Paid so far": lambda row: wording.with_interval(row, "paid_cents_per_payer", "cents"),
    }
    table = Table(
        ["", *(row["lead_stage"].upper() for row in facts.stages)],
        [[name, *(form(row) for row in facts.stages)] for name, form in forms.items()],
    )
    return Section(
        "stages",
        title,
        "The same users may be in all three. The second line asks how many of the leads convert; "
        "the third, how many of all conversions had been such leads before.",
        table=table,
        note="In brackets: 95 % intervals. Paid so far: mean of a payer, in units of the price.",
    )


def _feedback(facts: Facts) -> Section:
    title = "What do reps make of the leads?"
    months = facts.metric("acceptance_rate")
    if not months:
        return Section("feedback", title, "No rep has accepted or rejected a lead.", is_half=True)
    segments: dict[tuple[str, str], list[Record]] = {}
    for row in facts.metrics:
        is_part = row["metric_id"] == "rejection_rate" or (
            row["metric_id"] == "acceptance_rate" and row["segment"] != "all"
        )
        if is_part and row["period"] == "month" and row["cases"] and row["is_complete"]:
            segments.setdefault((row["metric_id"], row["segment"]), []).append(row)
    rows = []
    for (metric_id, segment), parts in sorted(segments.items()):
        cases = sum(part["cases"] for part in parts)
        value = sum(part["cases"] * part["value"] for part in parts) / cases
        kind = "accepted, lead by" if metric_id == "acceptance_rate" else "rejected:"
        rows.append([f"{kind} {segment.replace('_', ' ')}", f"{cases:,}", f"{value:.0%}"])
    value = wording.with_interval(months[-1], "value", "share")
    return Section(
        "feedback",
        title,
        f"They accepted {value} in {months[-1]['period_started_at']:%B %Y}. All months together:",
        table=Table(["", "Judged", "Share"], rows),
        is_half=True,
    )


def _business(facts: Facts) -> Section:
    title = "What the business asks every month"
    latest: dict[str, Record] = {}
    for row in facts.metrics:
        is_shown = row["period"] == "month" and row["segment"] == "all" and row["is_complete"]
        if is_shown and row["value"] is not None:
            latest[row["metric_id"]] = row
    rows = [
        [
            row["label"],
            wording.with_interval(row, "value", row["unit"]),
            f"{row['cases']:,}",
            f"{row['period_started_at']:%b %Y}",
            row["definition"],
        ]
        for row in sorted(latest.values(), key=lambda row: row["label"])
    ]
    return Section(
        "business",
        title,
        "The latest month whose cases have all had their time.",
        table=Table(["", "Value", "Cases", "Month", "What exactly"], rows),
    )
