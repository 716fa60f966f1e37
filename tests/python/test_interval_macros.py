"""Laws of intervals, on random facts: what the SQL says of an instant, a plain count says too.

The SQL is what dbt compiles; it runs on tables in memory that hypothesis fills. Instants lie close
together, so that facts meet, leave and begin again at the same one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from dbt_builds import invoke_dbt
from hypothesis import given, settings
from hypothesis import strategies as st
from rows_and_answers import PROJECT

# The same examples in every `make test`; new ones in every `make prove`.
settings.register_profile("few", max_examples=40, deadline=None, derandomize=True, database=None)
settings.register_profile("many", max_examples=1000, deadline=None)
AMOUNTS = pytest.mark.parametrize("amount", ["few", pytest.param("many", marks=pytest.mark.prove)])

EPOCH = datetime(2026, 3, 1)
MICROSECOND, SECOND, HOUR, DAY = (
    timedelta(**{unit: 1}) for unit in ("microseconds", "seconds", "hours", "days")
)
FOREVER = datetime.max

Row = dict[str, Any]


# -- Instants and intervals ------------------------------------------------------------------------


def instants(hours: int = 12) -> st.SearchStrategy[datetime]:
    """Whole hours, and now and then a little beside them."""
    aside = st.sampled_from([timedelta(), timedelta(), -MICROSECOND, MICROSECOND, SECOND])
    return st.builds(lambda hour, by: EPOCH + hour * HOUR + by, st.integers(0, hours), aside)


def ends(
    starts: st.SearchStrategy[datetime],
) -> st.SearchStrategy[tuple[datetime, datetime | None]]:
    """Intervals that are not empty; some never end."""
    pairs = st.tuples(starts, st.none() | starts)
    return pairs.filter(lambda pair: pair[1] is None or pair[0] < pair[1])


def intervals(**values: st.SearchStrategy) -> st.SearchStrategy[list[Row]]:
    """Rows with valid_from, valid_to and these values."""
    return st.lists(
        st.builds(
            lambda pair, given: {"valid_from": pair[0], "valid_to": pair[1], **given},
            ends(instants()),
            st.fixed_dictionaries(values),
        ),
        max_size=12,
    )


def holds(row: Row, at: datetime) -> bool:
    return row["valid_from"] <= at < (row["valid_to"] or FOREVER)


def looked_at(drawn: Sequence[datetime], *tables: Sequence[Row]) -> list[datetime]:
    """Every instant named in a table, one microsecond before each, and those drawn."""
    named = {at for rows in tables for row in rows for at in row.values() if _is_instant(at)}
    return sorted({at - by for at in named | set(drawn) for by in (timedelta(), MICROSECOND)})


def _is_instant(value: object) -> bool:
    return isinstance(value, datetime)


# -- The SQL ---------------------------------------------------------------------------------------

MACROS = {
    "changes": "pql_changes_of_intervals('intervals', ['name'], ['amount', 'weight'])",
    "sums": "pql_intervals_of_changes('changes', ['name'], ['amount', 'weight'])",
    "sums_without_ends": (
        "pql_intervals_of_changes("
        "'changes', ['name'], ['amount', 'weight'], ends=false, before=true)"
    ),
    "merged": "pql_merged_intervals('intervals', ['name', 'kind'])",
}
# The models from facts to values and conditions, in the order in which they need each other.
MODELS = (
    "int_pql__metric_facts",
    "int_pql__attribute_metrics",
    "int_pql__conditions",
    "int_pql__metric_series",
    "int_pql__metric_changes",
    "int_pql__metric_counts",
    "int_pql__metric_history",
    "int_pql__stated_conditions",
    "int_pql__counted_conditions",
    "int_pql__reached_conditions",
    "int_pql__condition_history",
)
BOUNDS = "model_id varchar, metric_id varchar, lower decimal(18, 4), upper decimal(18, 4)"
INPUTS = {
    "pql_seeds.pql_metrics": (
        "metric_id varchar, entity_type varchar, kind varchar, signal varchar, attribute varchar,"
        " window_hours bigint, within_hours_of_signup bigint, numerator_metric_id varchar,"
        " denominator_metric_id varchar"
    ),
    "pql_seeds.pql_rules": BOUNDS,
    "pql_seeds.pql_pillars": f"{BOUNDS}, is_unknown boolean",
    "pql_seeds.pql_hot_triggers": BOUNDS,
    "pql_seeds.pql_models": "model_id varchar, entity_type varchar",
    "pql_intermediate.int_pql__memberships": (
        "user_id varchar, entity_type varchar, entity_id varchar, valid_from timestamp,"
        " valid_to timestamp"
    ),
    "pql_intermediate.int_pql__signals": (
        "entity_type varchar, entity_id varchar, signal varchar, occurred_at timestamp,"
        " leaves_at timestamp, object_id varchar, quantity bigint, other_user_id varchar,"
        " counted_from timestamp"
    ),
    "pql_intermediate.int_pql__entities": (
        "entity_type varchar, entity_id varchar, started_at timestamp, signed_up_at timestamp"
    ),
    "pql_intermediate.int_pql__attributes": (
        "entity_type varchar, entity_id varchar, attribute varchar, value bigint,"
        " valid_from timestamp, valid_to timestamp"
    ),
    "intervals": (
        "name varchar, kind varchar, amount bigint, weight bigint, valid_from timestamp,"
        " valid_to timestamp"
    ),
    "changes": ("name varchar, changed_at timestamp, is_open bigint, amount bigint, weight bigint"),
}


class Sql:
    """The macros and models, compiled, over tables in memory."""

    def __init__(self, compiled: dict[str, str]) -> None:
        self._compiled = compiled
        self._connection = duckdb.connect()
        # Models name their inputs with the database in front.
        self._connection.execute("attach ':memory:' as warehouse; use warehouse")
        # A handful of rows is no work for several threads.
        self._connection.execute("set threads = 1")
        self._connection.execute("create schema pql_seeds; create schema pql_intermediate")
        for table, columns in INPUTS.items():
            self._connection.execute(f"create table {table} ({columns})")
        # Everybody is built anew.
        self._connection.execute(
            "create view pql_intermediate.int_pql__touched_entities as"
            " select entity_type, entity_id from pql_intermediate.int_pql__entities"
        )
        for model in MODELS:
            self._connection.execute(f"create view pql_intermediate.{model} as {compiled[model]}")

    def fill(self, table: str, rows: Sequence[Row]) -> None:
        """Replace the rows of an input."""
        self._connection.execute(f"delete from {table}")
        if rows:
            # Rows of several kinds: what one of them does not have is null.
            columns = list(dict.fromkeys(column for row in rows for column in row))
            places = ", ".join(f"({', '.join('?' * len(columns))})" for _ in rows)
            self._connection.execute(
                f"insert into {table} ({', '.join(columns)}) values {places}",
                [row.get(column) for row in rows for column in columns],
            )

    def rows(self, name: str) -> list[Row]:
        """What a macro selects, in order of time."""
        return self._rows(f"from ({self._compiled[name]}) order by valid_from")

    def changes(self) -> list[Row]:
        """The changes of the intervals."""
        return self._rows(self._compiled["changes"])

    def history(self, name: str) -> list[Row]:
        """What a model makes of the facts, in order of time."""
        return self._rows(f"from pql_intermediate.{name} order by valid_from")

    def conditions(self) -> list[Row]:
        """All that is asked of metrics."""
        return self._rows("from pql_intermediate.int_pql__conditions")

    def _rows(self, query: str) -> list[Row]:
        result = self._connection.execute(query)
        columns = [column[0] for column in result.description]
        return [dict(zip(columns, values, strict=True)) for values in result.fetchall()]


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> Sql:
    scratch = tmp_path_factory.mktemp("intervals")
    results = invoke_dbt(PROJECT, scratch, "compile", "--select", *MODELS)
    compiled = {result.node.name: result.node.compiled_code for result in results}
    between = "\n;;\n"
    inline = between.join(f"{{{{ {call} }}}}" for call in MACROS.values())
    (result,) = invoke_dbt(PROJECT, scratch, "compile", "--inline", inline)
    parts = result.node.compiled_code.split(between)
    return Sql(compiled | dict(zip(MACROS, parts, strict=True)))


# -- The laws of all histories ---------------------------------------------------------------------


def by(keys: Sequence[str], rows: Sequence[Row]) -> dict[tuple, list[Row]]:
    """Rows of one key together, in order of time."""
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups


def assert_gap_free(rows: Sequence[Row]) -> None:
    for earlier, later in pairwise(rows):
        assert earlier["valid_to"] == later["valid_from"]


def assert_neighbours_differ(rows: Sequence[Row], *values: str) -> None:
    for earlier, later in pairwise(rows):
        if earlier["valid_to"] == later["valid_from"]:
            assert [earlier[value] for value in values] != [later[value] for value in values]


def assert_never_empty(rows: Sequence[Row]) -> None:
    assert all(row["valid_to"] is None or row["valid_from"] < row["valid_to"] for row in rows)


def row_at(rows: Sequence[Row], at: datetime) -> Row | None:
    """The only row that holds then."""
    found = [row for row in rows if holds(row, at)]
    assert len(found) <= 1
    return found[0] if found else None


# -- Merging ---------------------------------------------------------------------------------------


@AMOUNTS
def test_merged_intervals_cover_the_same_instants_and_never_touch(sql: Sql, amount: str) -> None:
    names, kinds = st.sampled_from(["ann", "bob"]), st.sampled_from(["this", None])

    @settings(settings.get_profile(amount))
    @given(given=intervals(name=names, kind=kinds), drawn=st.lists(instants()))
    def law(given: list[Row], drawn: list[datetime]) -> None:
        sql.fill("intervals", given)
        merged, before = by(["name", "kind"], sql.rows("merged")), by(["name", "kind"], given)
        assert merged.keys() == before.keys()
        for key, rows in merged.items():
            assert_never_empty(rows)
            for earlier, later in pairwise(rows):
                assert earlier["valid_to"] < later["valid_from"]
            for at in looked_at(drawn, rows, before[key]):
                is_covered = any(holds(row, at) for row in before[key])
                assert (row_at(rows, at) is not None) == is_covered

    law()


def test_equal_intervals_of_many_names_are_merged(sql: Sql) -> None:
    """Engines order equal rows differently from one window to the next, once there are enough."""
    spans = [EPOCH + 10 * number * HOUR for number in range(3)]
    sql.fill(
        "intervals",
        [
            {"name": f"user {name}", "valid_from": start, "valid_to": start + 5 * HOUR}
            for start in spans * 3
            for name in range(200)
        ],
    )
    assert len(sql.rows("merged")) == 200 * len(spans)


# -- Sums ------------------------------------------------------------------------------------------

AMOUNT = st.integers(-3, 3)


def openings(never_end: bool) -> st.SearchStrategy[list[Row]]:
    """When an entity is there: from one instant on, or during intervals that may touch."""
    if never_end:
        return instants().map(lambda at: [{"valid_from": at, "valid_to": None}])
    cuts = st.lists(instants(), unique=True, min_size=2, max_size=6).map(sorted)
    pairs = cuts.map(lambda ats: [*pairwise([*ats, None])])
    return pairs.flatmap(
        lambda all_pairs: st.lists(
            st.sampled_from(all_pairs), unique=True, min_size=1, max_size=len(all_pairs)
        ).map(lambda chosen: [{"valid_from": a, "valid_to": b} for a, b in chosen])
    )


def changes_of(sql: Sql, given: Sequence[Row], opened: Sequence[Row]) -> list[Row]:
    """The changes of some intervals, and of the times when the entity is there."""
    sql.fill("intervals", given)
    changes = [row | {"is_open": 0} for row in sql.changes()]
    for row in opened:
        for at, step in ((row["valid_from"], 1), (row["valid_to"], -1)):
            if at is not None:
                nothing = {"name": "ann", "amount": 0, "weight": 0}
                changes.append({"changed_at": at, "is_open": step, **nothing})
    return changes


@AMOUNTS
@pytest.mark.parametrize("do_end", [True, False], ids=["entities_that_end", "open_entities"])
def test_sums_are_those_of_the_intervals_that_hold(sql: Sql, amount: str, do_end: bool) -> None:
    given_rows = intervals(name=st.just("ann"), amount=AMOUNT, weight=AMOUNT)

    @settings(settings.get_profile(amount))
    @given(given=given_rows, opened=openings(never_end=not do_end), drawn=st.lists(instants()))
    def law(given: list[Row], opened: list[Row], drawn: list[datetime]) -> None:
        if not do_end:
            given = [row for row in given if row["valid_from"] >= opened[0]["valid_from"]]
        sql.fill("changes", changes_of(sql, given, opened))
        rows = sql.rows("sums" if do_end else "sums_without_ends")
        assert_never_empty(rows)
        assert_neighbours_differ(rows, "amount", "weight")
        for at in looked_at(drawn, rows, given, opened):
            row = row_at(rows, at)
            assert (row is not None) == any(holds(opening, at) for opening in opened)
            for value in ("amount", "weight") if row else ():
                assert row[value] == sum(each[value] for each in given if holds(each, at))
        if not do_end:
            assert_gap_free(rows)
            for earlier, later in pairwise(rows):
                assert later["amount_before"] == earlier["amount"]
                assert later["weight_before"] == earlier["weight"]

    law()


# -- Metrics of every kind -------------------------------------------------------------------------

COUNTED = ("count", "sum", "distinct_objects", "distinct_users", "active_days")


@dataclass
class Facts:
    """One user, what they did, and the metrics that count it."""

    started_at: datetime
    signed_up_at: datetime | None
    signals: list[Row]
    attributes: list[Row]
    metrics: list[Row]
    drawn: list[datetime] = field(default_factory=list)


def signals() -> st.SearchStrategy[Row]:
    """A fact: in a window from its instant, or from the start of the session it is in."""
    return st.builds(
        lambda at, signal, row: {
            "signal": signal,
            "occurred_at": at,
            "leaves_at": None,
            "counted_from": at - (at - EPOCH) % (6 * HOUR) if signal == "act_in_session" else None,
            **row,
        },
        instants(100),
        st.sampled_from(["act", "act_in_session"]),
        st.fixed_dictionaries(
            {
                "object_id": st.sampled_from(["x", "y", None]),
                "quantity": st.integers(-2, 5),
                "other_user_id": st.sampled_from(["bob", "eve", None]),
            }
        ),
    )


def stays() -> st.SearchStrategy[Row]:
    """A fact with an end of its own."""
    return ends(instants(100)).map(
        lambda pair: {
            "signal": "stay",
            "occurred_at": pair[0],
            "leaves_at": pair[1],
            "counted_from": None,
            "object_id": "x",
            "quantity": 1,
            "other_user_id": None,
        }
    )


def attributes() -> st.SearchStrategy[list[Row]]:
    """An attribute over time: rows that touch, with values, equal values and unknown ones."""
    cuts = st.lists(instants(100), unique=True, max_size=5).map(sorted)
    values = st.lists(st.sampled_from([1, 2, None]), min_size=6, max_size=6)
    return st.builds(
        lambda ats, known: [
            {"attribute": "size", "value": value, "valid_from": a, "valid_to": b}
            for (a, b), value in zip(pairwise([*ats, None]), known, strict=False)
        ],
        cuts,
        values,
    )


@st.composite
def worlds(draw: Callable) -> Facts:
    """Facts, and one metric of every kind with a window, and perhaps a limit after signup."""
    metrics: list[Row] = []
    for kind in COUNTED:
        window = st.sampled_from([24, 48]) if kind == "active_days" else st.integers(1, 30)
        metrics.append(
            {
                "metric_id": kind,
                "kind": kind,
                "signal": draw(st.sampled_from(["act", "act_in_session"])),
                "window_hours": draw(st.none() | window),
                "within_hours_of_signup": draw(st.none() | st.integers(0, 40)),
            }
        )
    counted = st.sampled_from(COUNTED)
    metrics += [
        {"metric_id": "state", "kind": "state", "signal": "stay"},
        {"metric_id": "attribute", "kind": "attribute", "attribute": "size"},
        {
            "metric_id": "ratio",
            "kind": "ratio",
            "numerator_metric_id": draw(counted),
            "denominator_metric_id": draw(counted),
        },
    ]
    return Facts(
        started_at=draw(instants(40)),
        signed_up_at=draw(st.none() | instants(40)),
        signals=draw(st.lists(signals() | stays(), max_size=14)),
        attributes=draw(attributes()),
        metrics=metrics,
        drawn=draw(st.lists(instants(150), max_size=5)),
    )


def plain_value(world: Facts, metric: Row, at: datetime) -> tuple[int | None, int | None]:
    """Value and denominator of a metric at an instant: look at all facts, keep those that count."""
    if metric["kind"] == "attribute":
        known = [row["value"] for row in world.attributes if holds(row, at)]
        return (known[0] if known else None), None
    if metric["kind"] == "ratio":
        parts = {row["metric_id"]: row for row in world.metrics}
        above, _ = plain_value(world, parts[metric["numerator_metric_id"]], at)
        below, _ = plain_value(world, parts[metric["denominator_metric_id"]], at)
        return (above, below) if above is not None and below else (None, None)
    limit = metric.get("within_hours_of_signup")
    if limit is not None and world.signed_up_at is None:
        return None, None
    latest = FOREVER if limit is None else world.signed_up_at + limit * HOUR
    counting = [
        fact
        for fact in world.signals
        if fact["signal"] == metric["signal"]
        and fact["occurred_at"] <= min(at, latest)
        and at < _leaves_at(fact, metric)
    ]
    return _measured(metric["kind"], counting), None


def _leaves_at(fact: Row, metric: Row) -> datetime:
    hours = metric.get("window_hours")
    if fact["leaves_at"] is not None or hours is None:
        return fact["leaves_at"] or FOREVER
    if metric["kind"] == "active_days":
        return datetime.combine(fact["occurred_at"].date(), datetime.min.time()) + hours * HOUR
    return (fact["counted_from"] or fact["occurred_at"]) + hours * HOUR


def _measured(kind: str, facts: Sequence[Row]) -> int:
    if kind == "sum":
        return sum(fact["quantity"] for fact in facts)
    if kind == "distinct_objects":
        return len({fact["object_id"] for fact in facts} - {None})
    if kind == "distinct_users":
        return len({fact["other_user_id"] for fact in facts} - {None})
    if kind == "active_days":
        return len({fact["occurred_at"].date() for fact in facts})
    return len(facts)


def fill_world(sql: Sql, world: Facts) -> None:
    """The facts of one user as the inputs of the models."""
    user = {"entity_type": "user", "entity_id": "ann"}
    start = {"started_at": world.started_at, "signed_up_at": world.signed_up_at}
    sql.fill("pql_intermediate.int_pql__entities", [user | start])
    sql.fill("pql_intermediate.int_pql__signals", [user | row for row in world.signals])
    sql.fill("pql_intermediate.int_pql__attributes", [user | row for row in world.attributes])
    sql.fill("pql_seeds.pql_metrics", [{"entity_type": "user"} | row for row in world.metrics])


def assert_history_is_plain(rows: Sequence[Row], metric: Row, world: Facts) -> None:
    assert rows[0]["valid_from"] == world.started_at
    assert rows[-1]["valid_to"] is None
    assert_never_empty(rows)
    assert_gap_free(rows)
    assert_neighbours_differ(rows, "value", "denominator")
    for at in looked_at(world.drawn, rows, world.signals, world.attributes):
        if at >= world.started_at:
            row = row_at(rows, at)
            # Of a ratio that is unknown the denominator says no more.
            denominator = None if row["value"] is None else row["denominator"]
            assert (row["value"], denominator) == plain_value(world, metric, at)


@AMOUNTS
@pytest.mark.parametrize("is_ratio", [False, True], ids=["counts_and_attributes", "ratios"])
def test_metrics_of_every_kind_are_plain_counts(sql: Sql, amount: str, is_ratio: bool) -> None:
    @settings(settings.get_profile(amount))
    @given(worlds())
    def law(world: Facts) -> None:
        fill_world(sql, world)
        histories = by(["metric_id"], sql.history("int_pql__metric_history"))
        assert len(histories) == len(world.metrics)
        for metric in world.metrics:
            if (metric["kind"] == "ratio") == is_ratio:
                assert_history_is_plain(histories[(metric["metric_id"],)], metric, world)

    law()


# -- Conditions ------------------------------------------------------------------------------------


# At least, less than, or both; of a metric of every kind.
BANDS = ((None, 2), (0, None), (0.5, None), (1, None), (1, 3), (1.5, 3), (2, None), (3, None))
ASKED = [
    {"model_id": "one", "metric_id": kind, "lower": lower, "upper": upper}
    for kind in (*COUNTED, "state", "attribute", "ratio")
    for lower, upper in BANDS
]
UNKNOWNS = [
    {"model_id": "one", "metric_id": kind, "is_unknown": True}
    for kind in ("count", "attribute", "ratio")
]


def plain_state(condition: Row, value: int | None, denominator: int | None) -> str:
    """Look at the number, compare it."""
    if condition["is_unknown"]:
        return "held" if value is None else "failed"
    if value is None:
        return "unknown"
    lower, upper = condition["lower"], condition["upper"]
    of = denominator or 1
    is_held = (lower is None or value >= lower * of) and (upper is None or value < upper * of)
    return "held" if is_held else "failed"


@AMOUNTS
def test_conditions_hold_when_the_plain_value_is_in_their_band(sql: Sql, amount: str) -> None:
    sql.fill("pql_seeds.pql_rules", ASKED)
    sql.fill("pql_seeds.pql_pillars", UNKNOWNS)

    @settings(settings.get_profile(amount))
    @given(worlds())
    def law(world: Facts) -> None:
        fill_world(sql, world)
        conditions = by(["metric_id"], sql.conditions())
        histories = by(["condition_id"], sql.history("int_pql__condition_history"))
        for metric in world.metrics:
            asked = {
                row["condition_id"]: (row, histories.get((row["condition_id"],), []))
                for row in conditions[(metric["metric_id"],)]
            }
            ends = [rows for _, rows in asked.values()]
            values = {
                at: plain_value(world, metric, at)
                for at in looked_at(world.drawn, world.signals, *ends)
                if at >= world.started_at
            }
            for condition, rows in asked.values():
                assert_states_are_plain(rows, condition, values)

    law()


def assert_states_are_plain(
    rows: Sequence[Row], condition: Row, values: dict[datetime, tuple[int | None, int | None]]
) -> None:
    assert_never_empty(rows)
    assert_neighbours_differ(rows, "state")
    for at, (value, denominator) in values.items():
        row = row_at(rows, at)
        stated = row["state"] if row else "failed"
        assert stated == plain_state(condition, value, denominator)
