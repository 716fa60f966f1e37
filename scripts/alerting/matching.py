"""Which alert is about which episode: late rows move, join and part episodes."""

import hashlib
from collections import defaultdict
from datetime import datetime, timedelta

from alerting.episodes import Episode
from alerting.log import AlertLog, Row, text

_FINAL = ("sent", "discarded", "expired")
_GONE = ("sent", "sending")


def match_alerts(
    log: AlertLog, episodes: list[Episode], now: datetime
) -> tuple[dict[str, Episode], int]:
    """What each alert is about, by its key, and how many are new: episodes never told of."""
    known: dict[tuple, list[Row]] = defaultdict(list)
    for row in log.rows("select * from alerts"):
        subject = (row["model_id"], row["trigger_id"], row["subject_type"], row["subject_id"])
        known[subject].append(row)
    episode_of: dict[str, Episode] = {}
    new = 0
    for episode in episodes:
        told = [alert for alert in known[episode.subject] if _is_about(alert, episode)]
        if not told:
            alert = _new_alert(episode, now)
            new += 1
            known[episode.subject].append(alert)
            log.put("alerts", alert)
            episode_of[alert["key"]] = episode
        for alert in _one_of(log, told):
            # Of several episodes an alert speaks of the latest.
            episode_of[alert["key"]] = episode
            _take_over(log, alert, episode)
    return episode_of, new


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
        "key": _alert_key(episode),
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


def _alert_key(episode: Episode) -> str:
    """The key of a new alert; it stays when late rows move the episode."""
    parts = (*episode.subject, text(episode.fired_at) or "")
    return hashlib.md5("|".join(parts).encode()).hexdigest()
