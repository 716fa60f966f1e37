"""From events to rows as a warehouse receives them: late, twice, corrected, broken."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulator.activity import listed_sizes
from simulator.catalogue import SPECS, Kind, Objects
from simulator.clock import DAY, HOUR, MINUTE, SECOND, Instants
from simulator.events import NOBODY, Events, Indices
from simulator.people import People
from simulator.tables import chosen, instants, numbered, table

# How often a row goes wrong in each way.
_LATE = 0.03
_DUPLICATED = 0.006
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

_NAMING_TARGETS = (Kind.TASK_ASSIGNED, Kind.COMMENT_ADDED, Kind.INVITE_ACCEPTED)

_NAMES = pa.array([SPECS[kind].event_name for kind in Kind])
_PROPERTIES = pa.array([SPECS[kind].properties for kind in Kind])
_BROKEN, _OTHER = len(Kind), len(Kind) + 1
_ALL_PROPERTIES = pa.concat_arrays([_PROPERTIES, pa.array(['{"is_core": tru', '{"via": "app"}'])])
_OBJECTS = np.array([SPECS[kind].objects for kind in Kind])
_LISTED = [name for kind in Kind for name in SPECS[kind].listed]
_LISTED_FROM = np.cumsum([0] + [len(SPECS[kind].listed) for kind in Kind])[:-1]
_PREFIXES = pa.array([SPECS[kind].prefix for kind in Kind])


@dataclass
class Rows:
    """Versions of events: several rows may share an identity."""

    events: Events
    identity: Indices
    loaded_at: Instants
    properties: Indices  # which of the known texts
    is_deleted: NDArray[np.bool_]
    has_user: NDArray[np.bool_]
    has_name: NDArray[np.bool_]

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
        def column(name: str) -> NDArray:
            return np.concatenate([getattr(part, name) for part in parts])

        return cls(
            Events.joined(part.events for part in parts),
            *(
                column(name)
                for name in (
                    "identity",
                    "loaded_at",
                    "properties",
                    "is_deleted",
                    "has_user",
                    "has_name",
                )
            ),
        )

    def where(self, index: Indices | NDArray[np.bool_]) -> "Rows":
        return Rows(
            self.events.where(index),
            self.identity[index],
            self.loaded_at[index],
            self.properties[index],
            self.is_deleted[index],
            self.has_user[index],
            self.has_name[index],
        )

    def __len__(self) -> int:
        return len(self.identity)


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
    size = len(rows)
    draw = rng.random(size)
    harmless = np.isin(rows.events.kind, _HARMLESS)

    def some(share: float, among: NDArray[np.bool_]) -> Rows:
        """Rows for one kind of damage; their share is of all rows."""
        nonlocal draw
        index = np.flatnonzero(among & (draw < share))
        draw = np.where(among, (draw - share) % 1, draw)
        return rows.where(index)

    def fresh(copies: Rows) -> Rows:
        nonlocal next_identity
        identity = next_identity + np.arange(len(copies))
        next_identity += len(copies)
        return replace(copies, identity=identity)

    next_identity = int(rows.identity.max(initial=0)) + 1
    everything = np.ones(size, dtype=bool)
    parts = [rows]

    twice = some(_DUPLICATED, everything)
    parts.append(replace(twice, loaded_at=twice.loaded_at + _delay(rng, len(twice), 6 * HOUR)))

    # First heard five minutes wrong; the row that holds comes afterwards.
    right = some(_CORRECTED, harmless)
    wrong = replace(right.events, at=right.events.at - 5 * MINUTE)
    parts.append(replace(right, events=wrong, loaded_at=right.loaded_at - 2 * MINUTE))

    ghost = fresh(some(_DELETED, harmless))
    gone = replace(
        ghost,
        loaded_at=ghost.loaded_at + _delay(rng, len(ghost), DAY),
        is_deleted=np.ones(len(ghost), dtype=bool),
    )
    parts += [ghost, gone]

    other = some(_CONFLICTING, harmless)
    parts.append(replace(other, properties=np.full(len(other), _OTHER)))

    early = fresh(some(_FUTURE_DATED, harmless))
    ahead = early.events.at + (rng.uniform(1, 400, len(early)) * DAY).astype(np.int64)
    parts.append(replace(early, events=replace(early.events, at=ahead)))

    broken = fresh(some(_BROKEN_PROPERTIES, harmless))
    parts.append(replace(broken, properties=np.full(len(broken), _BROKEN)))
    nobody = fresh(some(_WITHOUT_USER, harmless))
    parts.append(replace(nobody, has_user=np.zeros(len(nobody), dtype=bool)))
    nameless = fresh(some(_WITHOUT_NAME, harmless))
    parts.append(replace(nameless, has_name=np.zeros(len(nameless), dtype=bool)))
    old = fresh(some(_PREHISTORIC, harmless))
    parts.append(replace(old, events=replace(old.events, at=old.events.at % DAY)))
    return Rows.joined(parts)


def written(people: People, rows: Rows) -> pa.Table:
    """The rows as text and instants, in the order in which they were loaded."""
    rows = rows.where(np.argsort(rows.loaded_at, kind="stable"))
    events = rows.events
    kind = events.kind.astype(np.int64)
    # Known by the user, not drawn: every version of an event names the same account.
    names_account = events.number % 10 < 9
    company = people.company_at(events.user, events.at)
    guests = [f"guest-of-{user}" for user in people.ids]
    everybody = pa.array([*people.ids, *guests])
    names_target = np.isin(events.kind, _NAMING_TARGETS)
    return table(
        "events",
        {
            "event_id": numbered("e", rows.identity),
            "user_id": chosen(everybody, np.where(rows.has_user, events.user, NOBODY)),
            "event_name": chosen(_NAMES, np.where(rows.has_name, kind, NOBODY)),
            "occurred_at": instants(events.at),
            "loaded_at": instants(rows.loaded_at),
            "account_id": chosen(
                pa.array(people.companies.ids), np.where(names_account, company, NOBODY)
            ),
            "object_id": _objects(people, rows),
            "target_user_id": chosen(everybody, np.where(names_target, events.target, NOBODY)),
            "properties": chosen(_ALL_PROPERTIES, rows.properties),
            "is_deleted": pa.array(rows.is_deleted),
        },
    )


def _delay(rng: np.random.Generator, size: int, average: int) -> Instants:
    return (rng.exponential(average, size) + SECOND).astype(np.int64)


def _objects(people: People, rows: Rows) -> pa.Array:
    events = rows.events
    style = _OBJECTS[events.kind]
    # One pool of names for everything that is not numbered by the event itself.
    addressed = np.flatnonzero(style == Objects.ADDRESSEE)
    projects = [f"p{user[1:]}" for user in people.ids]
    pool = pa.array([*_LISTED, *projects, *_addressees(people, events.where(addressed))])
    position = np.full(len(rows), NOBODY)
    listed = style == Objects.LISTED
    kinds = events.kind[listed]
    position[listed] = _LISTED_FROM[kinds] + events.number[listed] % listed_sizes()[kinds]
    owner = np.where(events.target == NOBODY, events.user, events.target)
    is_project = style == Objects.PROJECT
    position[is_project] = len(_LISTED) + owner[is_project]
    position[addressed] = len(_LISTED) + len(projects) + np.arange(len(addressed))
    is_own = style == Objects.OWN_THING
    own = pc.binary_join_element_wise(
        _PREFIXES.take(pa.array(events.kind[is_own])),
        pa.array(rows.identity[is_own]).cast(pa.string()),
        "",
    )
    return pc.replace_with_mask(chosen(pool, position), pa.array(is_own), own)


def _addressees(people: People, events: Events) -> list[str]:
    """Whom an invitation goes to: a known person, or a colleague nobody has met yet."""
    names = []
    for user, number, target, kind in zip(
        events.user, events.number, events.target, events.kind, strict=True
    ):
        if kind == Kind.INVITE_ACCEPTED:
            names.append(people.emails[user])
        elif target != NOBODY:
            names.append(people.emails[target])
        else:
            domain = people.mailbox[user]
            names.append(f"colleague{number}.{people.ids[user]}@{domain}")
    return names
