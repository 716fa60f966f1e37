"""Bringing messages to their channels: at least once each, none waiting for another channel."""

import json
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from alerting.channels import Channel, Settings
from alerting.log import AlertLog, Message, Row, text
from alerting.transport import Refusal, send

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=15)

Clock = Callable[[], datetime]


def deliver(log: AlertLog, settings: Settings, clock: Clock, seconds: float) -> Counter[str]:
    """Sends what is due, every channel on its own, for so many seconds; says how it went."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(max_workers=max(1, len(settings.channels))) as pool:
        outcomes = pool.map(
            lambda channel: _deliver_to(log, channel, clock, until), settings.channels
        )
        return sum(outcomes, Counter())


def _deliver_to(log: AlertLog, channel: Channel, clock: Clock, until: float) -> Counter[str]:
    """One channel: in the order in which alerts came, up to the first refusal."""
    outcomes: Counter[str] = Counter()
    for row in _due(log, channel, clock()):
        if time.monotonic() > until:
            break
        with log.transaction():
            _note(log, row, state="sending", attempts=row["attempts"] + 1)
        try:
            send(channel, _message(row))
        except Refusal as refusal:
            outcomes["refused"] += 1
            with log.transaction():
                _note(log, row, state="waiting", error=str(refusal), next_attempt_at=text(
                    clock() + pause(row["attempts"] + 1, refusal.retry_after_seconds)
                ))  # fmt: skip
            # A channel that is down would only make the others of the cycle wait.
            break
        outcomes["sent"] += 1
        with log.transaction():
            _note(log, row, state="sent", sent_at=text(clock()), error=None)
    return outcomes


def pause(attempts: int, retry_after_seconds: float | None) -> timedelta:
    """How long to leave a channel alone: twice as long each time, and never less than it asks."""
    doubled = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 10), _LONGEST_PAUSE)
    return max(doubled, timedelta(seconds=retry_after_seconds or 0))


def settle(log: AlertLog, now: datetime) -> int:
    """Alerts that every channel has taken are sent; messages of expired ones are given up."""
    with log.transaction():
        log.write(
            "update messages set state = 'given_up' where state <> 'sent'"
            " and key in (select key from alerts where state in ('expired', 'discarded'))"
        )
        return log.write(
            "update alerts set state = 'sent', reason = null, sent_at = ? where state = 'sending'"
            " and not exists (select 1 from messages"
            " where messages.key = alerts.key and messages.state <> 'sent')",
            text(now),
        )


def _due(log: AlertLog, channel: Channel, now: datetime) -> list[Row]:
    """What waits for the channel, unless it asked for a pause that still lasts.

    A message found as `sending` was cut off: it may have arrived, and is sent again under its key.
    """
    waiting = log.rows(
        "select * from messages where channel = ? and state in ('waiting', 'sending')"
        " order by written_at, rowid",
        channel.name,
    )
    pauses = [row["next_attempt_at"] for row in waiting if row["next_attempt_at"]]
    return [] if pauses and max(pauses) > (text(now) or "") else waiting


def _message(row: Row) -> Message:
    return Message(row["key"], row["title"], row["body"], json.loads(row["facts"]))


def _note(log: AlertLog, row: Row, **changes: object) -> None:
    names = ", ".join(f"{name} = ?" for name in changes)
    log.write(
        f"update messages set {names} where key = ? and channel = ?",
        *changes.values(),
        row["key"],
        row["channel"],
    )
