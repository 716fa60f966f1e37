"""Rows of events as text and instants, the way they are written to a raw folder."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.catalogue import SPECS, Kind, Objects
from simulator.deliveries import ODD_PROPERTIES, Rows
from simulator.events import NOBODY, Events
from simulator.people import People
from simulator.tables import chosen, instants, numbered, table

_NAMING_TARGETS = (Kind.TASK_ASSIGNED, Kind.COMMENT_ADDED, Kind.INVITE_ACCEPTED)

_NAMES = pa.array([SPECS[kind].event_name for kind in Kind])
_PROPERTIES = pa.array([SPECS[kind].properties for kind in Kind])
_ALL_PROPERTIES = pa.concat_arrays([_PROPERTIES, pa.array(ODD_PROPERTIES)])
_OBJECTS = np.array([SPECS[kind].objects for kind in Kind])
_LISTED = [name for kind in Kind for name in SPECS[kind].listed]
_LISTED_SIZES = np.array([len(SPECS[kind].listed) for kind in Kind])
_LISTED_FROM = np.cumsum(_LISTED_SIZES) - _LISTED_SIZES
_PREFIXES = pa.array([SPECS[kind].prefix for kind in Kind])


def written(people: People, rows: Rows) -> pa.Table:
    """The rows as text and instants, in the order in which they were loaded."""
    rows = rows.where(np.argsort(rows.loaded_at, kind="stable"))
    events = rows.events
    kind = events.kind.astype(np.int64)
    # Read off the event, not drawn: every version of an event names the same account.
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
    position[listed] = _LISTED_FROM[kinds] + events.number[listed] % _LISTED_SIZES[kinds]
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
