"""The verification can fail: it notices every wrong version of the project (mutants.py).

The demo is built once, with one more model whose rules reach what the models of the demo leave out.
Each mutant is built over a copy of it, and answers are compared with those of the right rules.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbt_builds import build_models
from mutants import FOREMOST, OTHERS, Mutant
from probing_model import add_probing_rows
from rows_and_answers import PROJECT

from verification.comparison import Outcome, compare
from verification.oracle import Oracle
from verification.seeds import read_rules
from verification.settings import read_settings
from verification.sources import open_raw_folder
from verification.tables import Database


class Bench:
    """A copy of the project whose demo is built, verified, and built again with mistakes."""

    def __init__(self, scratch: Path) -> None:
        self.project = scratch / "project"
        self._scratch = scratch
        self._right = scratch / "right.duckdb"
        for folder in ("models", "macros", "seeds", "tests/generic"):
            unread = shutil.ignore_patterns("*__unit_tests.yml")
            shutil.copytree(PROJECT / folder, self.project / folder, ignore=unread)
        for file in ("dbt_project.yml", "profiles.yml"):
            shutil.copy(PROJECT / file, self.project)
        # The personas alone: a crowd that shows no further mistake would only take time.
        seeds = self.project / "seeds"
        shutil.rmtree(seeds / "demo")
        (seeds / "personas").rename(seeds / "demo")
        add_probing_rows(seeds)
        self._database = build_models(self.project, scratch)
        shutil.copy(self._database, self._right)
        rules = self.project / "seeds/rules"
        settings = read_settings(PROJECT / "dbt_project.yml", rules, {})
        demo = open_raw_folder(self.project / "seeds/demo", rules, prefix="pql_demo_")
        self._oracle = Oracle.consult(demo, read_rules(rules, settings.default_model), settings)

    def verify(self) -> Outcome:
        """Compare what is built with the independent answers."""
        database = Database(self._database, "pql")
        return compare(self._oracle, database, 0, 1, lambda users: None, lambda: None)

    def verify_with(self, mutant: Mutant) -> Outcome:
        """Build what the mutant changes over the right database, and compare."""
        file = self.project / mutant.file
        right = file.read_bytes()
        mutant.apply(self.project)
        try:
            # A mutant that dbt refuses proves nothing about the verification, and fails here.
            build_models(self.project, self._scratch, "--full-refresh", "--select", mutant.selector)
            return self.verify()
        finally:
            file.write_bytes(right)
            shutil.copy(self._right, self._database)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    scratch = tmp_path_factory.mktemp("mutants")
    yield Bench(scratch)
    # Databases are large, and pytest keeps the folders of its last three runs.
    shutil.rmtree(scratch)


def test_without_a_mistake_there_is_no_difference(bench: Bench) -> None:
    outcome = bench.verify()
    assert outcome.users > 100
    assert outcome.models == 4
    assert outcome.differences == []


def test_every_mutant_follows_its_file() -> None:
    astray = {
        mutant.name: mutant.file
        for mutant in (*FOREMOST, *OTHERS)
        if (PROJECT / mutant.file).read_text(encoding="utf-8").count(mutant.find) != mutant.times
    }
    assert astray == {}


def named(mutant: Mutant) -> str:
    return mutant.name


@pytest.mark.parametrize("mutant", FOREMOST, ids=named)
def test_the_foremost_mistakes_are_noticed(bench: Bench, mutant: Mutant) -> None:
    assert bench.verify_with(mutant).differences, f"unnoticed: {mutant.harm}"


@pytest.mark.prove
@pytest.mark.parametrize("mutant", OTHERS, ids=named)
def test_every_mistake_is_noticed(bench: Bench, mutant: Mutant) -> None:
    assert bench.verify_with(mutant).differences, f"unnoticed: {mutant.harm}"
