"""The checks of rules: every mistake is found where it is made, and nothing where there is none."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from dbt_builds import invoke_dbt
from input_states import write_raw_folder
from rule_mistakes import FINE, MISTAKES, Edit, Mistake, change, spoil

from build import build
from pql.rule_files import default_model, read_rules, seed_columns

PROJECT = Path(__file__).resolve().parents[2]
RULES = PROJECT / "seeds/rules"
DOCUMENTATION = PROJECT / "docs/rules.md"

SIGNUP = {"user_id": "ada", "event_name": "signed_up", "occurred_at": "2026-03-01T00:00:00Z"}

Problem = tuple[str, str, str, str]
Problems = Callable[..., list[Problem]]


# Stands in the compiled SQL where the name of the default model belongs.
DEFAULT_MODEL = "<default model>"


class Checks:
    """The models of the checks, compiled once and asked about many folders of rules."""

    def __init__(self, scratch: Path) -> None:
        self._models = _compiled(scratch)
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as warehouse; use warehouse")
        self.connection.execute("create schema pql_seeds; create schema pql_intermediate")
        # A hundred tiny queries are answered sooner than optimized.
        self.connection.execute("pragma disable_optimizer")

    def read(self, folder: Path, model: str) -> None:
        """Read a folder of rules whose default model is this one."""
        self.load(folder, list(seed_columns()))
        for relation, sql in self._models:
            self.connection.execute(
                f"create or replace view {relation} as {sql.replace(DEFAULT_MODEL, model)}"
            )

    def load(self, folder: Path, seeds: list[str]) -> None:
        """Load rule files as dbt does: with the types their description declares."""
        for seed in seeds:
            self.connection.execute(
                f"create or replace table pql_seeds.{seed} as "
                f"from read_csv(?, columns = {seed_columns()[seed]!r}, header = true)",
                [str(folder / f"{seed}.csv")],
            )

    def problems(self) -> list[Problem]:
        return self.connection.execute(
            "from pql_intermediate.int_pql__rule_problems order by all"
        ).fetchall()


def _compiled(scratch: Path) -> list[tuple[str, str]]:
    """Relation and SQL of the checks, in the order in which they need each other."""
    checks = ("compile", "--select", "+int_pql__rule_problems")
    results = invoke_dbt(PROJECT, scratch, *checks, pql_default_model=DEFAULT_MODEL)
    nodes = [result.node for result in results]
    models = [node for node in nodes if node.resource_type.value == "model"]
    return [(node.relation_name, node.compiled_code) for node in models]


@pytest.fixture(scope="module")
def default_checks(tmp_path_factory: pytest.TempPathFactory) -> Checks:
    checks = Checks(tmp_path_factory.mktemp("checks"))
    checks.read(RULES, default_model(RULES))
    return checks


@pytest.fixture
def checks(default_checks: Checks) -> Iterator[Checks]:
    """The checks with the default rules; what a test reads instead is forgotten after it."""
    default_checks.connection.execute("begin")
    yield default_checks
    default_checks.connection.execute("rollback")


@pytest.fixture
def problems_after(checks: Checks, tmp_path: Path) -> Problems:
    """What is found in the default rules after some edits."""

    def find(*edits: Edit) -> list[Problem]:
        folder = shutil.copytree(RULES, tmp_path / "rules")
        checks.load(folder, spoil(folder, *edits))
        return checks.problems()

    return find


@pytest.mark.parametrize("folder", ["seeds/rules", "examples/git_collaboration", "examples/pulse"])
def test_the_rules_that_come_with_the_project_have_no_problems(folder: str, checks: Checks) -> None:
    checks.read(PROJECT / folder, default_model(PROJECT / folder))
    assert checks.problems() == []


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_found_and_nothing_else(mistake: Mistake, problems_after: Problems) -> None:
    found = problems_after(*mistake.edits)
    assert [(seed, key) for seed, key, _, _ in found] == [
        (seed, key) for seed, key, _ in mistake.findings
    ]
    for (_, _, words), (_, _, problem, remedy) in zip(mistake.findings, found, strict=True):
        assert words in problem
        assert problem.endswith(".")
        assert remedy.endswith(".")


@pytest.mark.parametrize("edits", FINE.values(), ids=list(FINE))
def test_what_contradicts_nothing_is_no_problem(
    edits: tuple[Edit, ...], problems_after: Problems
) -> None:
    assert problems_after(*edits) == []


def test_the_lines_of_the_documentation_are_good_rules(checks: Checks, tmp_path: Path) -> None:
    folder = shutil.copytree(RULES, tmp_path / "rules")
    recipes = re.findall(r"`(\w+)\.csv`\n```csv\n(.+?)```", DOCUMENTATION.read_text(), re.DOTALL)
    for seed, lines in recipes:
        with (folder / f"{seed}.csv").open("a", encoding="utf-8") as file:
            file.write(lines)
    assert {seed for seed, _ in recipes} <= set(seed_columns())
    assert len(recipes) == DOCUMENTATION.read_text().count("```csv")
    read_rules(folder)
    checks.read(folder, default_model(folder))
    assert checks.problems() == []


def test_a_default_model_that_is_not_there_is_found(checks: Checks) -> None:
    checks.read(RULES, "pillars_999")
    found = {(seed, key): problem for seed, key, problem, _ in checks.problems()}
    assert found["pql_models", "pillars_999"].startswith("There is no model pillars_999")
    # Nobody is activated then, which every metric of the activation suffers from.
    assert set(found) - {("pql_models", "pillars_999")} == {
        ("pql_metrics", metric)
        for metric in ("activated", "activated_within_7d", "activated_users_14d")
    }


def test_a_build_shows_the_problems_and_publishes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    for name, value in {
        "PQL_DB": tmp_path / "warehouse.duckdb",
        "PQL_PUBLISHED": tmp_path / "published",
        "PQL_RULES_DIR": "seeds/rules",
        "PQL_RAW_DIR": write_raw_folder(tmp_path / "raw", {"events": [SIGNUP]}),
        "DBT_TARGET_PATH": tmp_path / "target",
        "DBT_LOG_PATH": tmp_path / "logs",
    }.items():
        monkeypatch.setenv(name, str(value))
    rules = shutil.copytree(RULES, tmp_path / "rules")
    spoil(rules, change("pql_rules", {"rule_id": "paywall_hit"}, metric_id="paywall_hits_7d"))
    result = CliRunner().invoke(build, ["--rules", os.path.relpath(rules, PROJECT)])
    assert result.exit_code == 1
    told = " ".join(result.stdout.split())
    assert "The rules cannot be used as they are" in told
    assert "There is no metric" in told
    assert not (tmp_path / "published").exists()
