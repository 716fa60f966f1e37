"""Sessions of one user: islands of activity, cut where they never pause."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from verification.events import Event
from verification.instants import SECOND, to_text
from verification.settings import Settings


@dataclass(frozen=True, slots=True)
class Session:
    """One session; `events` are the user's non-idle events from its start on."""

    user_id: str
    started_at: int
    ended_at: int
    events: tuple[Event, ...]
    active_seconds: int

    @property
    def session_id(self) -> str:
        """The name of the session: nobody has two that start at once."""
        return hashlib.md5(f"{self.user_id}|{to_text(self.started_at)}".encode()).hexdigest()

    @property
    def core_actions(self) -> list[Event]:
        """The events that use the core feature, one for each row of the seed they match."""
        return [
            event
            for event in self.events
            for match in event.matches
            if match.signal == "core_action" and match.credited_to == "actor"
        ]

    @property
    def opening_event(self) -> Event:
        """The event that names the session's account: the first that is not surface."""
        return next(event for event in self.events if not event.is_surface)


def sessions_of(activity: list[Event], settings: Settings) -> Iterator[Session]:
    """The sessions of one user's non-idle events, in order."""
    for island in _islands(activity, settings.session_timeout):
        opening = _opening(island)
        if opening is None:
            continue
        if island[-1].at - opening <= settings.session_max:
            yield _session(island, opening, settings)
            continue
        pieces: dict[int, list[Event]] = {}
        for event in island:
            if event.at >= opening:
                pieces.setdefault((event.at - opening) // settings.session_max, []).append(event)
        for piece in pieces.values():
            opening_of_piece = _opening(piece)
            if opening_of_piece is not None:
                yield _session(piece, opening_of_piece, settings)


def _islands(activity: list[Event], timeout: int) -> Iterator[list[Event]]:
    """Runs of events without a gap longer than the timeout."""
    island: list[Event] = []
    for event in activity:
        if island and event.at - island[-1].at > timeout:
            yield island
            island = []
        island.append(event)
    if island:
        yield island


def _opening(events: list[Event]) -> int | None:
    """The instant of the first event that is more than a look at a page."""
    return next((event.at for event in events if not event.is_surface), None)


def _session(events: list[Event], opening: int, settings: Settings) -> Session:
    own = tuple(event for event in events if event.at >= opening)
    gaps = (later.at - earlier.at for earlier, later in pairwise(own))
    active = sum(gap for gap in gaps if gap <= settings.active_gap)
    return Session(own[0].user_id, opening, own[-1].at, own, active // SECOND)
