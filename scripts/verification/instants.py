"""Instants as whole microseconds since 1970 (UTC): exact, comparable, cheap to add to."""

import re
from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Earlier and later than any instant of the data: "since ever" and "open".
EVER = -(10**18)
NEVER = 10**18

_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH_NUMBER = re.compile(r"[0-9]{1,14}")
_ISO = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<minutes>[0-9]{2}:[0-9]{2})(?::(?P<seconds>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
    r"(?P<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.IGNORECASE,
)


def from_datetime(moment: datetime) -> int:
    """Whole microseconds of a datetime; without a zone it is UTC."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return (moment - _EPOCH) // _MICROSECOND


def parse_instant(text: str) -> int | None:
    """Read an ISO 8601 instant, a date, or epoch seconds or milliseconds; None if it is none."""
    if _EPOCH_NUMBER.fullmatch(text):
        return int(text) * (SECOND if len(text) <= 11 else SECOND // 1000)
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    clock = f"{match['minutes'] or '00:00'}:{match['seconds'] or '00'}"
    fraction = int((match["fraction"] or "")[:6].ljust(6, "0"))
    # ISO 8601 may call the end of a day 24:00.
    ends_day = clock == "24:00:00" and not fraction
    clock = "00:00:00" if ends_day else clock
    try:
        moment = datetime.strptime(f"{match['date']} {clock}", "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    offset = _parse_offset(match["offset"])
    if offset is None:
        return None
    return from_datetime(moment) + ends_day * DAY + fraction - offset


def _parse_offset(text: str | None) -> int | None:
    if text is None or text in "Zz":
        return 0
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 23 or minutes > 59:
        return None
    return (1 if text[0] == "+" else -1) * (hours * HOUR + minutes * MINUTE)


def to_text(instant: int) -> str:
    """Write an instant as `YYYY-MM-DD HH:MM:SS.ffffff`."""
    moment = _EPOCH + instant * _MICROSECOND
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}".rjust(26, "0")
