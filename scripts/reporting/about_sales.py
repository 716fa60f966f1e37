"""What becomes of leads in sales, and what the business asks."""

from dataclasses import replace

from pql.marts import Record
from reporting import wording
from reporting.about_users import over_months
from reporting.facts import Facts
from reporting.section import Section, Table


def stages(facts: Facts) -> Section:
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


def responses(facts: Facts) -> Section:
    section = over_months(
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
    return replace(section, table=table)


def feedback(facts: Facts) -> Section:
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


def business(facts: Facts) -> Section:
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
