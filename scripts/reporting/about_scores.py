"""What the score says of who converts, and how far that holds."""

from reporting import charts, wording
from reporting.facts import Facts
from reporting.section import Section

_SIGNALS_SHOWN = 20
_PALE = "Lines are 95 % intervals; pale points cannot be told from everyone (1)."


def scores(facts: Facts) -> Section:
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


def lift(facts: Facts) -> Section:
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


def reliability(facts: Facts) -> Section:
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


def signals(facts: Facts) -> Section:
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
