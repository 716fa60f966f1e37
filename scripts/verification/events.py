"""Accepted events, with what they mean by the rules."""

from dataclasses import dataclass
from typing import Any

from verification.rules import EventSignal, Rules
from verification.staging import Row
from verification.values import read_properties


@dataclass(frozen=True, slots=True)
class Event:
    """One accepted event, with the rows of `pql_event_signals` it matches."""

    key: str
    user_id: str
    name: str
    at: int
    account_id: str | None
    object_id: str | None
    target_user_id: str | None
    properties: dict[str, Any]
    matches: tuple[EventSignal, ...]

    @property
    def is_idle(self) -> bool:
        """Idle time: no activity."""
        return any(match.signal == "idle" for match in self.matches)

    @property
    def is_surface(self) -> bool:
        """A look at a page: extends a session, opens none."""
        return any(match.signal == "surface" for match in self.matches)


def read_event(row: Row, rules: Rules) -> Event:
    """The event of an accepted row."""
    values = row.values
    parsed = read_properties(values["properties"])
    properties = parsed if isinstance(parsed, dict) else {}
    candidates = rules.event_signals.get(values["event_name"], ())
    return Event(
        key=row.key,
        user_id=values["user_id"],
        name=values["event_name"],
        at=values["occurred_at"],
        account_id=values["account_id"],
        object_id=values["object_id"],
        target_user_id=values["target_user_id"],
        properties=properties,
        matches=tuple(signal for signal in candidates if _matches(signal, properties)),
    )


def property_text(value: Any) -> str | None:
    """A property as text, the way JSON writes it; null is absent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _matches(signal: EventSignal, properties: dict[str, Any]) -> bool:
    if signal.property_name is None:
        return True
    text = property_text(properties.get(signal.property_name))
    return text is not None and signal.property_value in (None, text)
