"""Instants: read strictly from people, written the same way everywhere. All of them are UTC."""

import re
from datetime import UTC, datetime

from pql.console import UserError

EXAMPLE = "2026-03-31T12:00:00Z"

# A date, or a date and a time, with or without an offset (then UTC).
_ISO_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?"
)


def parse_instant(text: str, name: str, *, words: tuple[str, ...] = ()) -> datetime:
    """The instant that `text`, given as `name`, stands for, in UTC and without zone.

    `words` are what else could have been written, for the message.
    """
    try:
        if not _ISO_INSTANT.fullmatch(text):
            raise ValueError(text)
        instant = datetime.fromisoformat(text)
        return instant if instant.tzinfo is None else instant.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        choices = "".join(f", or {word}" for word in words)
        raise UserError(
            f"{name} is {text!r}; write an instant such as {EXAMPLE}{choices}."
        ) from None


def check_instant(text: str, name: str, *, words: tuple[str, ...] = ()) -> str:
    """`text` itself, known to be an instant or one of `words`."""
    if text not in words:
        parse_instant(text, name, words=words)
    return text


def instant_text(instant: datetime) -> str:
    """To the minute where that is exact, else as fine as it takes."""
    if instant.microsecond:
        return instant.isoformat(" ")
    return f"{instant:%Y-%m-%d %H:%M:%S}" if instant.second else f"{instant:%Y-%m-%d %H:%M}"
