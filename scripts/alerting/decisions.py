"""Which alerts there are and what becomes of them, by the words of docs/definitions.md."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerting.channels import Settings
from alerting.episodes import Episode, Findings, Lane
from alerting.log import AlertLog, Message, Row, text
from alerting.messages import alert_message

_FINAL = ("sent", "discarded", "expired")
_GONE = ("sent", "sending")
_OPEN_ALERTS = "select * from alerts where state not in ('sent', 'discarded', 'expired')"


@dataclass
class Decided:
    """What a cycle decided: the messages to send now, and what is held for which reason."""

    messages: list[Message] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)
    new: int = 0


def alert_key(episode: Episode) -> str:
    """The key of a new alert; it stays when late rows move the episode."""
    parts = (*episode.subject, text(episode.fired_at) or "")
    return hashlib.md5("|".join(parts).encode()).hexdigest()


def decide(log: AlertLog, findings: Findings, settings: Settings, now: datetime) -> Decided:
    """Brings the alerts of the log up to date with what was found, and writes their messages.

    One transaction: an alert that is being sent has its messages, whatever happens next.
    """
    decided = Decided()
    with log.transaction():
        episode_of = _match(log, findings.episodes, now, decided)
        used = _budget_used(log, findings.lanes, now)
        for alert in log.rows(f"{_OPEN_ALERTS} order by respond_by_at, key"):
            episode = episode_of.get(alert["key"])
            state, reason = _state(alert, episode, findings, settings, used, now)
            if episode is not None and state == "sending" and alert["state"] != "sending":
                used[alert["lane"]] += 1
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


def _match(
    log: AlertLog, episodes: list[Episode], now: datetime, decided: Decided
) -> dict[str, Episode]:
    """Every episode's alert; those never told of get a new one."""
    known: dict[tuple, list[Row]] = defaultdict(list)
    for row in log.rows("select * from alerts"):
        subject = (row["model_id"], row["trigger_id"], row["subject_type"], row["subject_id"])
        known[subject].append(row)
    episode_of: dict[str, Episode] = {}
    for episode in episodes:
        told = [alert for alert in known[episode.subject] if _is_about(alert, episode)]
        if not told:
            alert = _new_alert(episode, now)
            decided.new += 1
            known[episode.subject].append(alert)
            log.put("alerts", alert)
            episode_of[alert["key"]] = episode
        for alert in _one_of(log, told):
            # Of several episodes an alert speaks of the latest.
            episode_of[alert["key"]] = episode
            _take_over(log, alert, episode)
    return episode_of


def _one_of(log: AlertLog, told: list[Row]) -> list[Row]:
    """Where late hits have joined episodes one alert stays: the one that was sent, or the first."""
    told = sorted(told, key=lambda alert: (alert["state"] not in _GONE, alert["fired_at"]))
    for alert in told[1:]:
        if alert["state"] not in (*_FINAL, *_GONE):
            alert["state"] = "discarded"
            log.write(
                "update alerts set state = 'discarded', reason = 'joined' where key = ?",
                alert["key"],
            )
    return told[:1]


def _is_about(alert: Row, episode: Episode) -> bool:
    if alert["first_evidence_id"] and alert["first_evidence_id"] == episode.first_evidence_id:
        return True
    quiet = timedelta(hours=episode.rearm_quiet_hours)
    return (
        datetime.fromisoformat(alert["fired_at"]) - quiet <= episode.latest_hit_at
        and episode.fired_at <= datetime.fromisoformat(alert["latest_hit_at"]) + quiet
    )


def _new_alert(episode: Episode, now: datetime) -> Row:
    return {
        "key": alert_key(episode),
        "model_id": episode.model_id,
        "trigger_id": episode.trigger_id,
        "subject_type": episode.subject_type,
        "subject_id": episode.subject_id,
        "lane": episode.lane,
        "first_evidence_id": episode.first_evidence_id,
        "rearm_quiet_hours": episode.rearm_quiet_hours,
        "fired_at": text(episode.fired_at),
        "latest_hit_at": text(episode.latest_hit_at),
        "hot_until": text(episode.hot_until),
        "respond_by_at": text(episode.respond_by_at),
        "state": "new",
        "first_arrived_at": text(episode.facts["first_arrived_at"]),
        "first_seen_at": text(now),
        "sending_since": None,
    }


def _take_over(log: AlertLog, alert: Row, episode: Episode) -> None:
    """The hits as now seen; what was once a hit stays in the span, so that it is not told again."""
    changes = {
        "fired_at": min(alert["fired_at"], text(episode.fired_at) or ""),
        "latest_hit_at": max(alert["latest_hit_at"], text(episode.latest_hit_at) or ""),
        "hot_until": text(episode.hot_until),
        "respond_by_at": text(episode.respond_by_at),
        "lane": episode.lane,
    }
    if all(alert[name] == value for name, value in changes.items()):
        return
    alert.update(changes)
    names = ", ".join(f"{name} = ?" for name in changes)
    log.write(f"update alerts set {names} where key = ?", *changes.values(), alert["key"])


def _budget_used(log: AlertLog, lanes: dict[str, Lane], now: datetime) -> Counter[str]:
    """How many alerts of each lane began to be sent on the lane's day."""
    used: Counter[str] = Counter()
    since = text(now - timedelta(days=2))
    for row in log.rows("select lane, sending_since from alerts where sending_since >= ?", since):
        lane = lanes.get(row["lane"], Lane())
        if lane.day(datetime.fromisoformat(row["sending_since"])) == lane.day(now):
            used[row["lane"]] += 1
    return used


def _state(
    alert: Row,
    episode: Episode | None,
    findings: Findings,
    settings: Settings,
    used: Counter[str],
    now: datetime,
) -> tuple[str, str | None]:
    """The first state that applies, and its reason."""
    if (text(now) or "") >= alert["hot_until"]:
        return "expired", None
    if alert["state"] == "sending":
        return "sending", None
    reason = next(_reasons_to_hold(alert, episode, findings, settings, used, now), None)
    return ("held", reason) if reason else ("sending", None)


def _reasons_to_hold(
    alert: Row,
    episode: Episode | None,
    findings: Findings,
    settings: Settings,
    used: Counter[str],
    now: datetime,
) -> Iterator[str]:
    lane = findings.lanes.get(alert["lane"], Lane())
    if episode is None:
        yield "withdrawn"
        return
    if episode.ineligibility_reason:
        yield f"excluded:{episode.ineligibility_reason}"
    if episode.answered_at:
        yield "answered"
    if findings.broken and not alert["is_released"]:
        yield f"breaker:{','.join(findings.broken)}"
    if not settings.of_lane(alert["lane"]):
        yield "no_channel"
    if lane.is_quiet(now):
        yield "quiet_hours"
    if lane.daily_budget is not None and used[alert["lane"]] >= lane.daily_budget:
        yield "budget"
