"""The comparison: per user, what has to be in the marts against what is there.

Rows are compared whole and with their exact boundaries, and what is expected is drawn from every
instant checked: a mart that differs at one of them differs in a row. Equal rows therefore also
mean a history without gaps, and a ledger whose sum is the score at every instant.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from verification.changes import Changes
from verification.differences import Difference, differences_of
from verification.episodes import expected_episodes
from verification.expectation import Expectation, TableRow, courses
from verification.instants import DAY
from verification.marts import HISTORY, HOT_TRIGGERS, LEDGER, MARTS, SCORES, TRANSITIONS
from verification.oracle import Oracle
from verification.tables import Database

_USERS_A_BATCH = 200


@dataclass
class Outcome:
    """What was checked and what differs."""

    users: int = 0
    models: int = 0
    instants: int = 0
    # None where the table is not built.
    episodes: int | None = None
    differences: list[Difference] = field(default_factory=list)


def compare(
    oracle: Oracle,
    database: Database,
    triples: int,
    seed: int,
    on_start: Callable[[int], None],
    on_user: Callable[[], None],
) -> Outcome:
    """Compare every user of either side; `on_start` learns how many, `on_user` that one is done."""
    outcome = Outcome(models=len(oracle.rules.models))
    outcome.differences += _compare_rejections(oracle, database)
    if database.has_hot_triggers:
        episodes = expected_episodes(oracle)
        outcome.episodes = len(episodes)
        outcome.differences += differences_of(HOT_TRIGGERS, episodes, database.hot_triggers())
    user_ids = sorted({*oracle.entities.user_ids, *database.user_ids()})
    changes = Changes(oracle)
    drawn = draw_instants(oracle, triples, seed)
    on_start(len(user_ids))
    for batch in _batches(user_ids):
        found = {mart.name: database.rows(mart, batch) for mart in MARTS}
        for user_id in batch:
            of_user = {name: rows[user_id] for name, rows in found.items()}
            outcome.instants += _compare_user(
                oracle, changes, user_id, of_user, drawn[user_id], outcome.differences
            )
            outcome.users += 1
            on_user()
    return outcome


def draw_instants(oracle: Oracle, triples: int, seed: int) -> dict[str, set[int]]:
    """Random instants of random users, from a month before the start to two after as_of."""
    drawn: dict[str, set[int]] = defaultdict(set)
    generator = random.Random(seed)
    user_ids = oracle.entities.user_ids
    for _ in range(triples if user_ids else 0):
        user_id = generator.choice(user_ids)
        start = oracle.entities.people[user_id].start or 0
        end = max(oracle.as_of or 0, start) + 60 * DAY
        drawn[user_id].add(generator.randint(start - 30 * DAY, end))
    return drawn


def expected_rows(
    oracle: Oracle, changes: Changes, user_id: str, extra_instants: set[int]
) -> tuple[dict[str, list[TableRow]], int]:
    """The rows of every mart for a user, and the number of verdicts they are drawn from."""
    rows: dict[str, list[TableRow]] = {mart.name: [] for mart in MARTS}
    person = oracle.entities.people.get(user_id)
    if person is None or person.start is None:
        return rows, 0
    boundaries = {*changes.of_user(user_id), *extra_instants}
    instants = {at - before for at in boundaries for before in (0, 1)}
    if oracle.as_of is not None:
        instants.add(oracle.as_of)
    of_model = courses(oracle, user_id, sorted(instants))
    for model in oracle.rules.models:
        expectation = Expectation(oracle, model, user_id, of_model[model.model_id])
        rows[HISTORY.name] += expectation.history
        rows[LEDGER.name] += expectation.ledger()
        rows[TRANSITIONS.name] += expectation.transitions()
        rows[SCORES.name] += expectation.scores()
    return rows, sum(map(len, of_model.values()))


def _compare_user(
    oracle: Oracle,
    changes: Changes,
    user_id: str,
    found: dict[str, list[TableRow]],
    drawn: set[int],
    differences: list[Difference],
) -> int:
    """Collect the differences of one user; returns the number of verdicts compared."""
    boundaries = {
        row[column]
        for rows in found.values()
        for row in rows
        for column in ("valid_from", "valid_to", "transitioned_at")
        if row.get(column) is not None
    }
    expected, verdicts = expected_rows(oracle, changes, user_id, boundaries | drawn)
    for mart in MARTS:
        differences += differences_of(mart, expected[mart.name], found[mart.name])
    return verdicts


def _compare_rejections(oracle: Oracle, database: Database) -> Iterator[Difference]:
    expected, found = oracle.staged.rejected, database.rejections()
    for rejection in sorted(expected.keys() | found.keys(), key=repr):
        if expected[rejection] != found[rejection]:
            counts = {"rows": (expected[rejection], found[rejection])}
            yield Difference("pql_rejected_rows", rejection._asdict(), None, counts)


def _batches(user_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(user_ids), _USERS_A_BATCH):
        yield user_ids[first : first + _USERS_A_BATCH]
