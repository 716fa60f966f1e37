"""Raw folders that hold every state a scoring model can tell apart, one user each.

The counts that must come out stand in the tests. The folders are plain raw input: the oracle reads
them in test_input_states.py, and the models can build them like anyone's data, as of AS_OF.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

AS_OF = datetime(2026, 6, 1, 12)
AS_OF_TEXT = f"{AS_OF.isoformat()}Z"
MINUTE = timedelta(minutes=1)

RawTables = Mapping[str, Sequence[Mapping[str, object]]]


def write_raw_folder(folder: Path, tables: RawTables) -> Path:
    """Write one CSV per table, its columns in order of appearance."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


@dataclass
class World:
    """Raw rows in the making; every user has an account of their own."""

    users: list[dict[str, object]] = field(default_factory=list)
    accounts: list[dict[str, object]] = field(default_factory=list)
    events: list[dict[str, object]] = field(default_factory=list)

    def add_user(
        self,
        user_id: str,
        signed_up: timedelta,
        employees: int | None = None,
        industry: str = "Retail",
        title: str = "",
    ) -> None:
        """Add a user who signed up this long before AS_OF."""
        self.users.append(
            {
                "user_id": user_id,
                "account_id": f"account of {user_id}",
                "signed_up_at": (AS_OF - signed_up).isoformat(),
                "title": title,
            }
        )
        size = "" if employees is None else employees
        self.accounts.append(
            {"account_id": f"account of {user_id}", "employees": size, "industry": industry}
        )

    def add_event(self, user_id: str, name: str, ago: timedelta, **columns: object) -> None:
        """Add an event of a user this long before AS_OF."""
        properties = columns.pop("properties", None)
        self.events.append(
            {
                "event_id": f"event {len(self.events)}",
                "user_id": user_id,
                "event_name": name,
                "occurred_at": (AS_OF - ago).isoformat(),
                "object_id": columns.get("object_id", ""),
                "target_user_id": columns.get("target_user_id", ""),
                "properties": json.dumps(properties) if properties else "",
            }
        )

    def write(self, folder: Path) -> Path:
        """Write the raw folder."""
        tables = {"users": self.users, "accounts": self.accounts, "events": self.events}
        return write_raw_folder(folder, tables)


# -- The point model: 3 x 3 x 2 x 3 x 2 x 2 x 2 x 2 ------------------------------------------------

ACTIVATIONS = ("never", "late", "in_time")
SESSIONS = (2, 3, 7)
CORE_ACTIONS = (4, 5)
SIZES = (10, 50, 200)
INDUSTRIES = ("Retail", "Software")
YES_NO = (False, True)


@dataclass(frozen=True)
class PointState:
    """One state of the inputs of `pillars_003`."""

    activation: str
    sessions: int
    core_actions: int
    employees: int | None
    industry: str
    hit_paywall: bool
    opened_enterprise: bool
    invited_two: bool

    @property
    def user_id(self) -> str:
        """A name that says everything."""
        return "_".join(str(value) for value in vars(self).values())


def point_states(sizes: Iterable[int | None] = SIZES) -> Iterator[PointState]:
    """Every combination of inputs."""
    dimensions = (ACTIVATIONS, SESSIONS, CORE_ACTIONS, sizes, INDUSTRIES, YES_NO, YES_NO, YES_NO)
    return (PointState(*values) for values in product(*dimensions))


def point_world(states: Iterable[PointState]) -> World:
    """The rows behind the states.

    Intent lies 20 days back: inside its window of 30 days, but no longer a reason to be hot.
    Core actions lie there too, where they are no session of the last 14 days; activation lies
    60 days back, where its events are no core actions of the last 30.
    """
    world = World()
    for state in states:
        user_id = state.user_id
        signed_up = timedelta(days=120 if state.activation == "late" else 61)
        world.add_user(user_id, signed_up, state.employees, state.industry)
        if state.activation != "never":
            _activate(world, user_id, timedelta(days=60))
        for number in range(state.sessions):
            world.add_event(user_id, "board_opened", timedelta(days=1 + number))
        for number in range(state.core_actions):
            is_core = {"is_core": True}
            ago = timedelta(days=20) - number * MINUTE
            world.add_event(user_id, "feature_used", ago, properties=is_core)
        if state.hit_paywall:
            world.add_event(user_id, "usage_limit_hit", timedelta(days=20))
        if state.opened_enterprise:
            world.add_event(user_id, "audit_log_opened", timedelta(days=20))
        for number in range(2 if state.invited_two else 1):
            addressee = f"guest {number} of {user_id}"
            world.add_event(user_id, "teammate_invited", timedelta(days=20), object_id=addressee)
    return world


def _activate(world: World, user_id: str, ago: timedelta) -> None:
    world.add_event(user_id, "project_created", ago, object_id=f"project of {user_id}")
    for number in range(3):
        task = f"task {number} of {user_id}"
        world.add_event(user_id, "task_created", ago - MINUTE, object_id=task)
    world.add_event(
        user_id, "task_assigned", ago - 2 * MINUTE, target_user_id=f"colleague of {user_id}"
    )


# -- The weighted model: 2 x 2 x 2 x 2 x 2 ---------------------------------------------------------


@dataclass(frozen=True)
class WeightedState:
    """One combination of the five inputs of `weighted_000`."""

    created_project: bool
    invited_three: bool
    used_premium: bool
    is_director: bool
    has_right_size: bool

    @property
    def user_id(self) -> str:
        """A name that says everything."""
        return "_".join(name for name, value in vars(self).items() if value) or "nothing"


def weighted_states() -> Iterator[WeightedState]:
    """Every combination of inputs."""
    return (WeightedState(*values) for values in product(YES_NO, repeat=5))


def weighted_world(states: Iterable[WeightedState]) -> World:
    """The rows behind the states; what is missing is missed by one: two guests, a size of 99."""
    world = World()
    for state in states:
        user_id = state.user_id
        world.add_user(
            user_id,
            timedelta(days=100),
            employees=100 if state.has_right_size else 99,
            title="Director of Sales" if state.is_director else "Sales Manager",
        )
        if state.created_project:
            world.add_event(user_id, "project_created", timedelta(days=80))
        for number in range(3 if state.invited_three else 2):
            addressee = f"guest {number} of {user_id}"
            world.add_event(user_id, "teammate_invited", timedelta(days=20), object_id=addressee)
        if state.used_premium:
            is_premium = {"tier": "premium"}
            world.add_event(user_id, "feature_used", timedelta(days=20), properties=is_premium)
    return world
