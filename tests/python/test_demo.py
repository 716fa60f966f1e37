"""The demo, built by the real models: what docs/personas.md says of its people came out."""

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

EXPECTED = Path(__file__).parents[1] / "expected"
# Ids of the simulated crowd: nobody wrote down what to expect of it.
CROWD = "'^[aelu][0-9]{7}'"
HISTORY_AT = "valid_from <= $t and (valid_to > $t or valid_to is null)"


@dataclass(frozen=True)
class Answer:
    """Where the models answer a file of expected rows."""

    file: str
    relation: str
    # The file speaks of these things only; without, of every row of the relation.
    about: tuple[str, ...] = ()


ANSWERS = (
    Answer("pql_scores", "from pql.pql_scores", ("model_id", "user_id")),
    Answer(
        "pql_rejected_rows",
        f"from pql.pql_rejected_rows where not regexp_matches(coalesce(row_key, ''), {CROWD})",
    ),
    Answer("sessions", "from pql_intermediate.int_pql__sessions", ("user_id",)),
    Answer("active_days", "from pql.pql_scores where model_id = 'pillars_003'", ("user_id",)),
    Answer(
        "invites",
        "select *, why_not_counted as why_not from pql_intermediate.int_pql__invites"
        f" where not regexp_matches(user_id, {CROWD})",
    ),
    Answer(
        "domain_spikes",
        "select entity_id as domain, valid_from as hot_from, valid_to as hot_until"
        " from pql_intermediate.int_pql__hot_history where entity_type = 'domain'",
    ),
)


@contextmanager
def opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def found_and_expected(
    connection: duckdb.DuckDBPyConnection, answer: Answer
) -> tuple[list[tuple], list[tuple]]:
    """The rows of the models and those of the file, both in the same order and types."""
    file = EXPECTED / f"{answer.file}.csv"
    with file.open(newline="", encoding="utf-8") as stream:
        columns = next(csv.reader(stream))
    found = connection.sql(answer.relation).select(*columns)
    types = dict(zip(columns, map(str, found.types), strict=True))
    expected = connection.sql(
        f"from read_csv('{file}', columns = {types!r}, header = true, nullstr = '')"
    )
    if answer.about:
        keys = ", ".join(answer.about)
        found = connection.sql(f"from found semi join expected using ({keys})")
    return found.order("all").fetchall(), expected.order("all").fetchall()


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.file)
def test_the_models_answer_as_expected(demo_database: Path, answer: Answer) -> None:
    with opened(demo_database) as connection:
        found, expected = found_and_expected(connection, answer)
    assert expected
    assert found == expected


def test_every_persona_is_expected(demo_database: Path) -> None:
    with opened(demo_database) as connection:
        found = connection.sql(
            "select user_id from pql.pql_scores"
            f" where model_id = 'pillars_003' and not regexp_matches(user_id, {CROWD})"
        )
        users = {user_id for (user_id,) in found.fetchall()}
    with (EXPECTED / "pql_scores.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert users == {row["user_id"] for row in rows if row["model_id"] == "pillars_003"}


@pytest.mark.parametrize(
    "as_of",
    [
        pytest.param("2026-02-10T08:00:00Z", id="before_most_of_it"),
        pytest.param("2026-03-31T12:00:00Z", id="at_the_very_instant_of_a_change"),
        pytest.param("2026-04-20T00:00:00Z", id="in_the_future"),
    ],
)
def test_scores_as_of_an_instant_are_the_history_at_it(
    demo_database: Path, run_dbt: Callable[..., None], tmp_path: Path, as_of: str
) -> None:
    database = Path(shutil.copy(demo_database, tmp_path / "warehouse.duckdb"))
    run_dbt(database, "run", "--select", "int_pql__clock+", pql_as_of=as_of)
    with opened(database) as connection:
        columns = ", ".join(connection.sql("from pql.pql_score_history").columns)
        scores = connection.sql(f"select {columns} from pql.pql_scores order by all").fetchall()
        history = connection.execute(
            f"select {columns} from pql.pql_score_history where {HISTORY_AT} order by all",
            {"t": as_of.removesuffix("Z")},
        ).fetchall()
    assert scores
    assert scores == history
