"""Which alerts there are and what becomes of them, by the words of docs/definitions.md."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerting.channels import Settings
from alerting.episodes import Episode, Findings, Lane
from alerting.log import AlertLog, Message, Row, text
from alerting.matching import match_alerts
from alerting.messages import alert_message

_OPEN_ALERTS = "select * from alerts where state not in ('sent', 'discarded', 'expired')"


@dataclass
class Decided:
    """What a cycle decided: the messages to send now, and what is held for which reason."""

    messages: list[Message] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)
    new: int = 0


@dataclass
class Gate:
    """What an alert has to pass to be sent now."""

    findings: Findings
    settings: Settings
    now: datetime
    # Alerts of each lane that began to be sent on the lane's day.
    used: Counter[str]

    def state_of(self, alert: Row, episode: Episode | None) -> tuple[str, str | None]:
        """The first state that applies, and its reason."""
        if (text(self.now) or "") >= alert["hot_until"]:
            return "expired", None
        if alert["state"] == "sending":
            return "sending", None
        reason = next(self._reasons_to_hold(alert, episode), None)
        return ("held", reason) if reason else ("sending", None)

    def _reasons_to_hold(self, alert: Row, episode: Episode | None) -> Iterator[str]:
        lane = self.findings.lanes.get(alert["lane"], Lane())
        if episode is None:
            yield "withdrawn"
            return
        if episode.ineligibility_reason:
            yield f"excluded:{episode.ineligibility_reason}"
        if episode.answered_at:
            yield "answered"
        if self.findings.broken and not alert["is_released"]:
            yield f"breaker:{','.join(self.findings.broken)}"
        if not self.settings.of_lane(alert["lane"]):
            yield "no_channel"
        if lane.is_quiet(self.now):
            yield "quiet_hours"
        if lane.daily_budget is not None and self.used[alert["lane"]] >= lane.daily_budget:
            yield "budget"


def decide(log: AlertLog, findings: Findings, settings: Settings, now: datetime) -> Decided:
    """Brings the alerts of the log up to date with what was found, and writes their messages.

    One transaction: an alert that is being sent has its messages, whatever happens next.
    """
    decided = Decided()
    with log.transaction():
        episode_of, decided.new = match_alerts(log, findings.episodes, now)
        gate = Gate(findings, settings, now, _budget_used(log, findings.lanes, now))
        for alert in log.rows(f"{_OPEN_ALERTS} order by respond_by_at, key"):
            episode = episode_of.get(alert["key"])
            state, reason = gate.state_of(alert, episode)
            if episode is not None and state == "sending" and alert["state"] != "sending":
                gate.used[alert["lane"]] += 1
                alert["sending_since"] = text(now)
                message = alert_message(alert["key"], episode, settings.templates)
                decided.messages.append(message)
                for channel in settings.of_lane(alert["lane"]):
                    log.enqueue(message, channel.name, now)
            if state == "held":
                decided.held[reason or ""] += 1
            log.write(
                "update alerts set state = ?, reason = ?, sending_since = ? where key = ?",
                *(state, reason, alert["sending_since"], alert["key"]),
            )
    return decided


def _budget_used(log: AlertLog, lanes: dict[str, Lane], now: datetime) -> Counter[str]:
    """How many alerts of each lane began to be sent on the lane's day."""
    used: Counter[str] = Counter()
    since = text(now - timedelta(days=2))
    for row in log.rows("select lane, sending_since from alerts where sending_since >= ?", since):
        lane = lanes.get(row["lane"], Lane())
        if lane.day(datetime.fromisoformat(row["sending_since"])) == lane.day(now):
            used[row["lane"]] += 1
    return used
