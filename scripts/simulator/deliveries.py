"""What a warehouse receives of the events: late, twice, corrected, incomplete, broken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from simulator.catalogue import Kind
from simulator.clock import DAY, HOUR, MINUTE, SECOND, Instants
from simulator.events import Events, Indices, Mask

# How often a row is late, and how often a harmless one goes wrong in other ways.
_LATE = 0.03
_DUPLICATED = 0.01
_CORRECTED = 0.0015
_DELETED = 0.0015
_CONFLICTING = 0.0004
_FUTURE_DATED = 0.0006
_BROKEN_PROPERTIES = 0.0004
_WITHOUT_USER = 0.0003
_WITHOUT_NAME = 0.0001
_PREHISTORIC = 0.0002

# Ordinary kinds: what goes wrong with them leaves the truth as it is.
_HARMLESS = (Kind.PAGE_VIEWED, Kind.FEATURE_USED, Kind.TASK_COMPLETED, Kind.MENU_OPENED)

# Properties that no kind of event has by itself; they follow those of the kinds.
ODD_PROPERTIES = ('{"is_core": tru', '{"via": "app"}')
_BROKEN, _OTHER = len(Kind), len(Kind) + 1


@dataclass
class Rows:
    """Versions of events: several rows may share an identity."""

    events: Events
    identity: Indices
    loaded_at: Instants
    properties: Indices  # which of the known texts
    is_deleted: Mask
    has_user: Mask
    has_name: Mask

    @classmethod
    def of(cls, events: Events, identity: Indices, loaded_at: Instants) -> "Rows":
        size = len(events)
        return cls(
            events=events,
            identity=identity,
            loaded_at=loaded_at,
            properties=events.kind.astype(np.int64),
            is_deleted=np.zeros(size, dtype=bool),
            has_user=np.ones(size, dtype=bool),
            has_name=np.ones(size, dtype=bool),
        )

    @classmethod
    def joined(cls, parts: list["Rows"]) -> "Rows":
        return cls(
            Events.joined(part.events for part in parts),
            *(np.concatenate([getattr(part, name) for part in parts]) for name in _ROW_COLUMNS),
        )

    def where(self, chosen: Indices | Mask) -> "Rows":
        return Rows(
            self.events.where(chosen), *(getattr(self, name)[chosen] for name in _ROW_COLUMNS)
        )

    def __len__(self) -> int:
        return len(self.identity)


_ROW_COLUMNS = [field.name for field in fields(Rows) if field.name != "events"]


def received(
    rng: np.random.Generator, events: Events, first_identity: int, loaded_at: Instants | None = None
) -> Rows:
    """One clean row an event; a few percent arrive hours or days late."""
    size = len(events)
    if loaded_at is None:
        lag = rng.exponential(40 * SECOND, size) + SECOND
        is_late = rng.random(size) < _LATE
        lag = np.where(is_late, rng.exponential(1.5 * DAY, size) + HOUR, lag)
        loaded_at = events.at + lag.astype(np.int64)
    return Rows.of(events, first_identity + np.arange(size), loaded_at)


def spoiled(rng: np.random.Generator, rows: Rows) -> Rows:
    """The same rows with everything that goes wrong between a product and its warehouse."""
    return Rows.joined([rows, *_versions(rng, rows), *_strays(rng, rows)])


def _versions(rng: np.random.Generator, rows: Rows) -> Iterator[Rows]:
    """Further rows of events that are there: repeated, corrected, in conflict."""
    twice, corrected, conflicting = _disjoint(rng, rows, (_DUPLICATED, _CORRECTED, _CONFLICTING))
    yield replace(twice, loaded_at=twice.loaded_at + _delay(rng, len(twice), 6 * HOUR))
    # First heard five minutes wrong; the row that holds comes afterwards.
    wrong = replace(corrected.events, at=corrected.events.at - 5 * MINUTE)
    yield replace(corrected, events=wrong, loaded_at=corrected.loaded_at - 2 * MINUTE)
    yield replace(conflicting, properties=np.full(len(conflicting), _OTHER))


def _strays(rng: np.random.Generator, rows: Rows) -> Iterator[Rows]:
    """Rows of events of their own: deleted again, redated, incomplete, unreadable."""
    shares = (_DELETED, _FUTURE_DATED, _BROKEN_PROPERTIES, _WITHOUT_USER, _WITHOUT_NAME)
    picked = _disjoint(rng, rows, (*shares, _PREHISTORIC))
    first = int(rows.identity.max(initial=0)) + 1
    firsts = first + np.cumsum([0, *map(len, picked)])
    ghost, ahead, broken, nobody, nameless, old = (
        replace(copies, identity=start + np.arange(len(copies)))
        for copies, start in zip(picked, firsts, strict=False)
    )
    yield ghost
    yield replace(
        ghost,
        loaded_at=ghost.loaded_at + _delay(rng, len(ghost), DAY),
        is_deleted=np.ones(len(ghost), dtype=bool),
    )
    days_ahead = (rng.uniform(1, 400, len(ahead)) * DAY).astype(np.int64)
    yield replace(ahead, events=replace(ahead.events, at=ahead.events.at + days_ahead))
    yield replace(broken, properties=np.full(len(broken), _BROKEN))
    yield replace(nobody, has_user=np.zeros(len(nobody), dtype=bool))
    yield replace(nameless, has_name=np.zeros(len(nameless), dtype=bool))
    yield replace(old, events=replace(old.events, at=old.events.at % DAY))


def _disjoint(rng: np.random.Generator, rows: Rows, shares: Sequence[float]) -> list[Rows]:
    """Harmless rows, no row for two kinds of damage."""
    harmless = np.flatnonzero(np.isin(rows.events.kind, _HARMLESS))
    damage = np.searchsorted(np.cumsum(shares), rng.random(len(harmless)), side="right")
    return [rows.where(harmless[damage == kind]) for kind in range(len(shares))]


def _delay(rng: np.random.Generator, size: int, average: int) -> Instants:
    return (rng.exponential(average, size) + SECOND).astype(np.int64)
