"""The demo, and real data with its real lateness, replayed by load time in 3, 7 and 30 runs.

After each run every table equals a full build that knows what was loaded until then.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import pytest
from dbt_builds import WITHOUT_TESTS, invoke_dbt
from replays import ONLY_ROWS, bare_project, differences
from rows_and_answers import PROJECT

from pql.rule_files import rules_vars

REAL = PROJECT.parent / "shared/data/git_collaboration"
FINEST = 30

pytestmark = pytest.mark.prove


@dataclass
class Source:
    """Raw rows with their rules, and the full builds that runs are compared with."""

    scratch: Path
    raw: Path | None
    rules: Path
    _full: dict[str, Path] = field(default_factory=dict)

    def build(self, name: str, known_at: str | None) -> Path:
        """One run that knows what was loaded by an instant; returns the database."""
        # One name, so that the project need be read once only.
        database = self.scratch / name / "warehouse.duckdb"
        database.parent.mkdir(exist_ok=True)
        known = {"pql_known_at": known_at} if known_at else {}
        arguments = ("build", *WITHOUT_TESTS, *ONLY_ROWS, "tag:pql_evaluation")
        scratch = {"database": database, "raw": self.raw}
        variables = rules_vars(self.rules) | known
        invoke_dbt(self._project, self.scratch, *arguments, **scratch, **variables)
        return database

    def full(self, known_at: str) -> Path:
        """The database of a full build; many runs end at the same instant."""
        if known_at not in self._full:
            self._full[known_at] = self.build(f"full_{len(self._full)}", known_at)
        return self._full[known_at]

    @cached_property
    def loads(self) -> list[str]:
        """Instants by each of which as many more events had been loaded."""
        shares = [number / FINEST for number in range(1, FINEST + 1)]
        everything = self.build("everything", None)
        with duckdb.connect(str(everything), read_only=True) as connection:
            ((loads,),) = connection.execute(
                "select quantile_disc(loaded_at, ?) from pql_staging.stg_pql__event_versions",
                [shares],
            ).fetchall()
        return [f"{load.isoformat()}Z" for load in loads]

    @cached_property
    def _project(self) -> Path:
        project = bare_project(self.scratch / "project")
        shutil.copytree(self.rules, project / "seeds/rules", dirs_exist_ok=True)
        return project


@pytest.fixture(scope="module", params=["demo", "git_collaboration"])
def source(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Source]:
    is_real = request.param != "demo"
    if is_real and not REAL.is_dir():
        pytest.skip(f"the real input {REAL} is not on this machine")
    rules = PROJECT / (f"examples/{request.param}" if is_real else "seeds/rules")
    scratch = tmp_path_factory.mktemp(request.param)
    yield Source(scratch, REAL if is_real else None, rules)
    shutil.rmtree(scratch)


@pytest.mark.parametrize("slices", [3, 7, FINEST])
def test_every_run_equals_a_full_build_of_what_was_known(source: Source, slices: int) -> None:
    for number in range(1, slices + 1):
        known_at = source.loads[round(number * FINEST / slices) - 1]
        incremental = source.build(f"in_{slices}", known_at)
        assert differences(incremental, source.full(known_at)) == {}
