"""The project installed as a package in a dbt project of somebody else, tests/package_project."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_builds import WITHOUT_TESTS, invoke_dbt
from rows_and_answers import PROJECT, RULES

# A rule of the parent's own, worth nothing, so that its scores remain those of the demo.
OWN_RULE = "pillars_003,1,acme_sessions,other,sessions_14d,1,,0,,\n"


class Parent:
    """A copy of the project with its own rules, in which this one is installed and built."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(PROJECT / "tests/package_project", folder)
        package = {"packages": [{"local": str(PROJECT)}]}
        (folder / "packages.yml").write_text(json.dumps(package))
        rules = (RULES / "pql_rules.csv").read_text(encoding="utf-8")
        (folder / "seeds").mkdir(exist_ok=True)
        (folder / "seeds/pql_rules.csv").write_text(rules + OWN_RULE, encoding="utf-8")
        self.folder = folder
        self.dbt("deps")
        self.own_nodes = self.dbt("run", "--select", "package:acme", "--exclude", "pql_scores+")
        self.all_nodes = self.dbt(
            *("build", *WITHOUT_TESTS, "--select", "package:pql", "pql_rules", "leads_by_status"),
            *("--exclude", "tag:pql_evaluation"),
        )

    def dbt(self, command: str, *arguments: str) -> set[str]:
        """Runs dbt in the project; returns what it ran."""
        raw = {"raw_folder": str(PROJECT / "seeds/demo")} if arguments else {}
        results = invoke_dbt(self.folder, self.folder, command, *arguments, **raw)
        return {result.node.unique_id for result in results}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "acme.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Parent:
    return Parent(tmp_path_factory.mktemp("package") / "acme")


def test_the_scores_are_those_of_the_clone(parent: Parent, demo_database: Path) -> None:
    scores = "select * from {}.pql_scores order by all"
    with duckdb.connect(str(demo_database), read_only=True) as connection:
        of_the_clone = connection.execute(scores.format("pql")).fetchall()
    assert len(of_the_clone) > 100
    assert parent.rows(scores.format("analytics")) == of_the_clone


def test_nothing_of_the_package_runs_in_other_commands(parent: Parent) -> None:
    assert "model.acme.stg_events" in parent.own_nodes
    assert [node for node in parent.own_nodes if not node.startswith("model.acme.")] == []


def test_the_demo_stays_away_and_every_table_in_its_schema(parent: Parent) -> None:
    tables = parent.rows("select schema_name, table_name from duckdb_tables()")
    assert [table for _, table in tables if table.startswith("pql_demo")] == []
    schemas = {"analytics", "analytics_staging", "analytics_intermediate", "analytics_seeds"}
    assert {schema for schema, _ in tables} == schemas


def test_rules_of_the_parent_replace_those_of_the_package(parent: Parent) -> None:
    assert "seed.acme.pql_rules" in parent.all_nodes
    assert "seed.pql.pql_rules" not in parent.all_nodes
    assert "seed.pql.pql_models" in parent.all_nodes
    own = "select count(*) from analytics.pql_score_ledger where line_id = 'acme_sessions'"
    assert parent.rows(own)[0][0] > 0


def test_a_model_of_the_same_name_replaces_none(parent: Parent) -> None:
    assert {"model.acme.int_pql__sessions", "model.acme.stg_events"} <= parent.own_nodes
    assert parent.rows("select user_id from analytics.int_pql__sessions") == [("nobody",)]
    ((sessions,),) = parent.rows("select count(*) from analytics_intermediate.int_pql__sessions")
    assert sessions > 100


def test_the_parent_builds_on_the_marts(parent: Parent) -> None:
    ((leads,),) = parent.rows("select sum(leads) from analytics.leads_by_status")
    assert leads == len(parent.rows("select user_id from analytics.pql_scores"))


def test_the_metrics_stay_away_from_those_of_the_parent(parent: Parent) -> None:
    manifest = json.loads((parent.folder / "target/semantic_manifest.json").read_text())
    assert manifest["metrics"] == manifest["semantic_models"] == []
    assert "model.pql.pql_scores" in parent.all_nodes
    assert "model.pql.pql_time_spine" not in parent.all_nodes
