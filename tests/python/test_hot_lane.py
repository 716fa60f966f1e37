"""The lane's own SQL on rows that arrive late, change and vanish, against hits counted by hand."""

import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

AS_OF = datetime(2026, 3, 31, 12)
HOUR = timedelta(hours=1)
# trigger -> event names, what is counted, window, lower bound, quiet hours (seeds/rules)
TRIGGERS = {
    "paywall": ({"usage_limit_hit", "premium_feature_blocked"}, "events", 720, 1, 168),
    "invite_burst": ({"teammate_invited"}, "objects", 168, 5, 168),
    "hand_raise": ({"sales_contacted"}, "events", 720, 1, 0),
}
# The tables of the lane, in the order in which they are made.
TABLES = (
    "int_pql__unseen_users",
    "int_pql__arrived_events",
    "int_pql__hot_signals",
    "int_pql__hot_episodes",
    "pql_hot_firings",
    "pql_feed_health",
)


_MONTH = """
    insert into pql_seeds.pql_demo_events (event_id, user_id, event_name, occurred_at, loaded_at)
    select hour || '/' || place, 'ada', if(place < 3, 'usage_limit_hit', 'page_viewed'),
        since, since
    from range(1, 30 * 24) as hours (hour), range(8) as places (place),
        lateral (select cast($as_of - to_hours(hour) + to_minutes(place) as varchar) as since)
"""
_LAST_DAY = "loaded_at >= '2026-03-30 12:00'"


@dataclass(frozen=True)
class Row:
    """A raw event row."""

    event_id: str
    user_id: str
    name: str
    happened: datetime
    loaded: datetime
    object_id: str | None = None
    target_user_id: str | None = None
    is_deleted: bool = False

    def content(self) -> tuple:
        """All but when it was loaded."""
        return (self.name, self.user_id, self.happened, self.object_id, self.is_deleted)


def accepted(rows: list[Row]) -> list[tuple[Row, datetime]]:
    """What holds of the rows: the newest first load of a content; and when it counts as happened.

    Rows of one event never share a load here: which of two is kept is asked elsewhere.
    """
    events: dict[str, dict[tuple, Row]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: row.loaded):
        events[row.event_id].setdefault(row.content(), row)
    newest = [max(of.values(), key=lambda row: row.loaded) for of in events.values()]
    return [(row, min(row.happened, row.loaded)) for row in newest if not row.is_deleted]


def by_hand(rows: list[Row]) -> set[tuple]:
    """Every episode: trigger, user, first and latest hit, number of hits, value at the latest."""
    found = set()
    for trigger, (names, counted, window, lower, quiet) in TRIGGERS.items():
        facts: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        for row, at in accepted(rows):
            if row.name in names and (counted == "events" or row.object_id):
                facts[row.user_id].append(
                    (at, row.object_id if counted == "objects" else row.event_id)
                )
        for user_id, own in facts.items():
            values = {
                at: len({key for then, key in own if at - window * HOUR < then <= at})
                for at, _ in own
            }
            hits = sorted(at for at, value in values.items() if value >= lower and at <= AS_OF)
            runs: list[list[datetime]] = []
            for at in hits:
                if not runs or at - runs[-1][-1] > quiet * HOUR:
                    runs.append([])
                runs[-1].append(at)
            for run in runs:
                found.add((trigger, user_id, run[0], run[-1], len(run), values[run[-1]]))
    return found


class Lane:
    """A built demo whose raw events, and what is staged of them, are the test's."""

    def __init__(self, database: Path, statements: dict[str, str], models: list[str]) -> None:
        """Keeps the file open: no dbt runs beside it any more."""
        self.models = models
        self._connection = duckdb.connect(str(database))
        self._connection.execute("set timezone = 'UTC'")
        self._statements = statements

    def episodes(self, staged: list[Row], arrived: list[Row]) -> set[tuple]:
        """What the lane finds when a build has seen `staged` and `arrived` came since."""
        self._connection.execute("""
            delete from pql_staging.stg_pql__event_versions;
            delete from pql_intermediate.int_pql__built_signals
        """)
        self._count(staged)
        self._stage()
        self._count(staged + arrived)
        rows = self._connection.execute(
            "select trigger_id, entity_id, fired_at, latest_hit_at, hit_count, value"
            " from pql_intermediate.int_pql__hot_episodes"
        )
        return set(rows.fetchall())

    def people(self, seen: dict[str, str], unseen: dict[str, str]) -> None:
        """Users of companies, by the host of their e-mail: seen by a build, or in raw rows only."""
        self._connection.execute("delete from pql_seeds.pql_demo_users")
        self._connection.execute("delete from pql_intermediate.int_pql__memberships")
        self._connection.execute("delete from pql_intermediate.int_pql__user_history")
        for user_id, host in (seen | unseen).items():
            self._connection.execute(
                "insert into pql_seeds.pql_demo_users (user_id, email) values (?, ?)",
                [user_id, f"{user_id}@{host}"],
            )
        for user_id, host in seen.items():
            self._connection.execute(
                "insert into pql_intermediate.int_pql__memberships by name select ? as user_id,"
                " 'domain' as entity_type, ? as entity_id, timestamp '1900-01-01' as valid_from",
                [user_id, host],
            )
            self._connection.execute(
                "insert into pql_intermediate.int_pql__user_history by name select ? as user_id,"
                " ? as email, ? as company_domain, timestamp '1900-01-01' as valid_from",
                [user_id, f"{user_id}@{host}", host],
            )

    def _count(self, rows: list[Row]) -> None:
        self._fill(rows)
        for table in TABLES[:4]:
            self._connection.execute(self._statements[table])

    def broken(self, *changes: str) -> dict[str, str]:
        """What the checks say of a month of three limits and five pages an hour, changed."""
        self._connection.execute("delete from pql_seeds.pql_demo_events")
        self._connection.execute("delete from pql_staging.stg_pql__event_versions")
        for statement in (_MONTH, *changes):
            self._connection.execute(statement, {"as_of": AS_OF} if "$as_of" in statement else None)
        for table in ("int_pql__arrived_events", "pql_feed_health"):
            self._connection.execute(self._statements[table])
        found = self._connection.execute(
            "select check_id, findings from pql.pql_feed_health where is_broken"
        )
        return dict(found.fetchall())

    def _fill(self, rows: list[Row]) -> None:
        self._connection.execute("delete from pql_seeds.pql_demo_events")
        for row in rows:
            self._connection.execute(
                "insert into pql_seeds.pql_demo_events (event_id, user_id, event_name, occurred_at,"
                " loaded_at, object_id, target_user_id, is_deleted)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(row.event_id, row.user_id, row.name, str(row.happened), str(row.loaded)),
                    *(row.object_id, row.target_user_id, str(row.is_deleted).lower()),
                ],
            )

    def _stage(self) -> None:
        """What a build would keep of what has arrived: the versions, and what they count for."""
        self._connection.execute("""
            insert into pql_intermediate.int_pql__built_signals by name
            select * from pql_intermediate.int_pql__hot_signals;
            insert into pql_staging.stg_pql__event_versions by name
            select
                event_key as event_id, user_id, account_id, object_id, target_user_id, event_name,
                properties, content_digest, are_properties_readable, is_deleted,
                false as is_conflict,
                row_number() over (partition by event_key order by loaded_at desc) = 1
                    as is_current,
                occurred_at > loaded_at as is_clamped, occurred_at as stated_at,
                least(occurred_at, loaded_at) as occurred_at, loaded_at
            from (
                select *, row_number() over (
                    partition by event_key, content_digest order by loaded_at
                ) as load_number
                from pql_intermediate.int_pql__arrived_events
            )
            where load_number = 1
        """)


@pytest.fixture(scope="module")
def lane(demo_database: Path, run_dbt: Callable[..., Any], tmp_path_factory) -> Lane:
    """The lane's statements as dbt compiles them, reading all raw rows again."""
    database = shutil.copy(demo_database, tmp_path_factory.mktemp("lane") / "warehouse.duckdb")
    results = run_dbt(
        database,
        *("build", "--select", "tag:pql_hot"),
        pql_as_of=f"{AS_OF.isoformat()}Z",
        pql_hot_arrival_hours=100_000,
    )
    statements = {
        result.node.name: f"create or replace table {result.node.relation_name} as "
        + result.node.compiled_code
        for result in results
        if result.node.name in TABLES
    }
    models = [result.node.name for result in results if result.node.resource_type.value == "model"]
    return Lane(database, statements, models)


# Whole hours, a few people and few instants: hits meet, windows end at hits, quiet times match.
_HAPPENED = st.integers(-5, 45).map(lambda count: AS_OF - 12 * count * HOUR)


@st.composite
def _rows(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Raw rows, staged and arrived since: some late, some corrections, some sent twice."""
    count = draw(st.integers(1, 14))
    rows: list[Row] = []
    for number in range(count):
        names = [name for trigger in TRIGGERS.values() for name in sorted(trigger[0])]
        row = Row(
            event_id=f"e{draw(st.integers(0, count))}",
            user_id=draw(st.sampled_from(["ada", "ben"])),
            name=draw(st.sampled_from([*names, *["teammate_invited"] * 4, "page_viewed"])),
            happened=draw(_HAPPENED),
            loaded=draw(_HAPPENED) + number * timedelta(minutes=1),
            object_id=draw(st.sampled_from([f"x{i}@else.example" for i in range(7)])),
            is_deleted=draw(st.integers(0, 9)) == 0,
        )
        rows.append(row)
        if draw(st.integers(0, 4)) == 0:
            rows.append(Row(**{**row.__dict__, "loaded": row.loaded + 3 * HOUR}))
    cut = draw(st.integers(0, len(rows)))
    return rows[:cut], rows[cut:]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=_rows())
def test_the_lane_counts_like_by_hand_whatever_arrives(lane, rows):
    staged, arrived = rows
    found = {episode for episode in lane.episodes(staged, arrived) if episode[0] in TRIGGERS}
    assert found == by_hand(staged + arrived)


def hit(event_id: str, hours_ago: float, **changes: Any) -> Row:
    """A paywall hit, loaded at once unless it says otherwise."""
    happened = AS_OF - hours_ago * HOUR
    row = {"event_id": event_id, "user_id": "ada", "name": "usage_limit_hit", "happened": happened}
    return Row(**(row | {"loaded": happened} | changes))


@pytest.mark.parametrize(
    ("staged", "arrived", "spans"),
    [
        pytest.param([hit("a", 9)], [], [(9, 9)], id="staged"),
        pytest.param([], [hit("a", 9)], [(9, 9)], id="arrived"),
        pytest.param([hit("a", 9)], [hit("a", 9)], [(9, 9)], id="sent again"),
        pytest.param([hit("a", 9)], [hit("b", 300, loaded=AS_OF)], [(300, 300), (9, 9)], id="late"),
        pytest.param(
            [hit("a", 300), hit("c", 9)], [hit("b", 150, loaded=AS_OF)], [(300, 9)], id="joins two"
        ),
        pytest.param(
            [hit("a", 300), hit("b", 150), hit("c", 9)],
            [hit("b", 150, loaded=AS_OF, is_deleted=True)],
            [(300, 300), (9, 9)],
            id="splits one",
        ),
        pytest.param([hit("a", 177)], [hit("b", 9)], [(177, 9)], id="exactly the quiet hours"),
        pytest.param([hit("a", 177.001)], [hit("b", 9)], [(177.001, 177.001), (9, 9)], id="more"),
        pytest.param(
            [hit("a", 9)], [hit("a", 9, loaded=AS_OF, name="page_viewed")], [], id="other name"
        ),
        pytest.param(
            [hit("a", 9, name="page_viewed")], [hit("a", 9, loaded=AS_OF)], [(9, 9)], id="now a hit"
        ),
        pytest.param([], [hit("a", -1, loaded=AS_OF)], [(0, 0)], id="dated ahead of its load"),
        pytest.param([], [hit("a", -1)], [], id="after as_of"),
    ],
)
def test_hits_and_the_time_of_quiet(lane, staged, arrived, spans):
    found = sorted(
        (fired_at, latest) for _, _, fired_at, latest, _, _ in lane.episodes(staged, arrived)
    )
    assert found == [(AS_OF - first * HOUR, AS_OF - last * HOUR) for first, last in spans]


def steps_of(user_id: str, hours_ago: float) -> list[Row]:
    """All that activates a user: the last step so many hours ago, the others long before."""
    steps = [
        ("project_created", 200, {"object_id": f"{user_id}_project"}),
        *(("task_created", 190 - n, {"object_id": f"{user_id}_{n}"}) for n in range(3)),
        ("task_assigned", 0, {"object_id": f"{user_id}_1", "target_user_id": "somebody"}),
    ]
    return [
        hit(f"{user_id}{place}", hours_ago + before, user_id=user_id, name=name, **thing)
        for place, (name, before, thing) in enumerate(steps)
    ]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(are_staged=st.lists(st.booleans(), min_size=15, max_size=15))
def test_people_of_one_company_activate_whichever_of_their_steps_a_build_has_seen(lane, are_staged):
    lane.people({"ada": "acme.example", "ben": "acme.example"}, {"cleo": "acme.example"})
    rows = [*steps_of("ada", 30), *steps_of("ben", 20), *steps_of("cleo", 10)]
    staged = [row for row, is_staged in zip(rows, are_staged, strict=True) if is_staged]
    arrived = [row for row in rows if row not in staged]
    third = AS_OF - 10 * HOUR
    assert lane.episodes(staged, arrived) == {("domain_spike", "acme.example", third, third, 1, 3)}


@pytest.mark.parametrize(
    ("arrived", "is_spike"),
    [
        pytest.param([], True, id="nothing"),
        pytest.param(
            [hit("ben3", 0, user_id="ben", name="task_created", is_deleted=True)],
            False,
            id="a step is deleted",
        ),
        pytest.param(
            [hit("ben3", 207, loaded=AS_OF, user_id="ada", name="task_created")],
            False,
            id="a step was somebody else's",
        ),
        pytest.param(
            [hit("ben3", 207, loaded=AS_OF, user_id="ben", name="page_viewed")],
            False,
            id="a step was something else",
        ),
        pytest.param(
            [hit("ben3", 200, loaded=AS_OF, user_id="ben", name="task_created", object_id="x")],
            True,
            id="a step was about something else",
        ),
    ],
)
def test_an_activation_is_taken_back_where_a_step_is(lane, arrived, is_spike):
    people = dict.fromkeys(("ada", "ben", "cleo"), "acme.example")
    lane.people(people, {})
    staged = [row for name in people for row in steps_of(name, 20)]
    assert bool(lane.episodes(staged, arrived)) == is_spike


@pytest.mark.parametrize(
    ("change", "findings"),
    [
        pytest.param("select 1", {}, id="well"),
        pytest.param(
            "delete from pql_seeds.pql_demo_events"
            f" where event_name = 'usage_limit_hit' and {_LAST_DAY}",
            {"vanished": "no usage_limit_hit in 24 h; 72 to 72 at that time in the weeks before"},
            id="an event name is dropped",
        ),
        pytest.param(
            "delete from pql_seeds.pql_demo_events where loaded_at >= '2026-03-31 08:00'",
            {
                "stale": "nothing has arrived for 5 hours; the longest pause of the last 28 days"
                " was 1"
            },
            id="nothing arrives",
        ),
        pytest.param(
            "insert into pql_seeds.pql_demo_events by name"
            " select events.* replace (event_id || '+' || copy as event_id)"
            " from pql_seeds.pql_demo_events as events, range(4) as copies (copy)"
            f" where {_LAST_DAY}",
            {"volume": "960 events in 24 h; 192 to 192 at that time in the weeks before"},
            id="five times as much",
        ),
        pytest.param(
            "insert into pql_seeds.pql_demo_events by name"
            f" select * from pql_seeds.pql_demo_events where {_LAST_DAY}",
            {"duplicates": "192 of 384 raw events of the last 24 h; 0 of 5184 before"},
            id="all of it twice",
        ),
        pytest.param(
            "update pql_seeds.pql_demo_events set user_id = null"
            f" where event_name = 'page_viewed' and {_LAST_DAY} and event_id like '%/7'",
            {"rejects": "24 of 192 raw events of the last 24 h; 0 of 5184 before"},
            id="rows without a user",
        ),
    ],
)
def test_a_feed_that_breaks_is_noticed_and_named(lane, change, findings):
    assert lane.broken(change) == findings


def test_the_lane_has_at_most_fifteen_nodes(lane):
    """Where raw files are read, three views of them come on top."""
    assert "pql_hot_firings" in lane.models
    assert len(lane.models) + 3 <= 15
