"""How far people come, and how long it takes them."""

from pql.marts import Record
from reporting import charts, wording
from reporting.facts import FUNNEL, Facts
from reporting.section import Section


def funnel(facts: Facts) -> Section:
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


def pqls_a_week(facts: Facts) -> Section:
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


def time_to_pql(facts: Facts) -> Section:
    return over_months(
        facts, "days_to_pql", "How long until somebody is a PQL?", "Median days", ".1f"
    )


def over_months(facts: Facts, metric_id: str, title: str, axis: str, number: str) -> Section:
    months = facts.metric(metric_id)
    if not months:
        return Section(metric_id, title, "No month that is over has a case.", is_half=True)
    last = months[-1]
    value = wording.with_interval(last, "value", last["unit"])
    answer = f"{value} in {last['period_started_at']:%B %Y}, of {last['cases']:,} cases."
    chart = charts.intervals_over_time(months, axis, number)
    return Section(metric_id, title, answer, chart, note=last["definition"], is_half=True)
