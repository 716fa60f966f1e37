"""Building: what is refused before dbt starts, and how a failed run is told."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from nasty_worlds import NastyWorld
from refusals import held_by_another_process, only_sentence
from replays import differences
from small_run import PROJECT, write_run

from build import build
from lineage import read_manifest
from pql.build_report import print_failures, print_intake, print_rule_problems
from pql.console import open_console
from pql.dbt_run import LOGS, MADE_OF_SEEDS, run_build
from pql.one_build import only_build_of_file
from pql.run_summary import is_clock_running, project_digest
from pql.standing import standing_digest

RULES = PROJECT / "seeds/rules"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database of the test's own; an environment that says nothing else."""
    monkeypatch.setenv("PQL_DB", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("PQL_PUBLISHED", str(tmp_path / "published"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    # Set, so that what a command puts there is taken back afterwards.
    monkeypatch.setenv("PQL_RULES_DIR", "seeds/rules")
    monkeypatch.setenv("PQL_RAW_DIR", "")
    monkeypatch.chdir(PROJECT)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules folder to spoil."""
    return shutil.copytree(RULES, tmp_path / "rules")


def refusal(*arguments: str) -> str:
    """The one sentence that a build is refused with, before dbt starts."""
    return only_sentence(CliRunner().invoke(build, arguments))


class TestRefused:
    @pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-03-31 25:00"])
    def test_an_instant_that_is_none(self, text: str) -> None:
        assert "or now, or latest." in refusal("--as-of", text)
        sentence = refusal("--known-at", text)
        assert sentence == (
            f"Error: KNOWN_AT is {text!r}; write an instant such as 2026-03-31T12:00:00Z.\n"
        )

    def test_known_at_has_no_words(self) -> None:
        assert "KNOWN_AT is 'latest'" in refusal("--known-at", "latest")

    def test_a_raw_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert "There is no folder" in refusal("--raw", str(tmp_path / "nowhere"))

    def test_a_target_that_the_profile_lacks(self) -> None:
        assert "TARGET is 'staging'; profiles.yml has the targets dev, prod" in refusal(
            "--target", "staging"
        )

    def test_rules_that_are_not_there(self, tmp_path: Path, rules: Path) -> None:
        assert "There is no rules folder" in refusal("--rules", str(tmp_path / "nowhere"))
        (rules / "pql_domains.csv").unlink()
        assert "lacks pql_domains.csv;" in refusal("--rules", str(rules))

    def test_a_rule_that_cannot_be_read(self, rules: Path) -> None:
        models = rules / "pql_models.csv"
        models.write_text(models.read_text().replace(",50,70,", ",fifty,70,"))
        assert "line 2: pql_threshold is 'fifty'; it must be a whole number." in refusal(
            "--rules", str(rules)
        )

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("pql_asof: now", "sets pql_asof, which is no var of the project; did you mean"),
            ("- pql_as_of", "must consist of lines `name: value`"),
            ("pql_as_of: [", "is no readable YAML"),
        ],
    )
    def test_vars_of_the_rules_that_nobody_knows(
        self, rules: Path, text: str, sentence: str
    ) -> None:
        (rules / "vars.yml").write_text(text)
        assert sentence in refusal("--rules", str(rules))

    def test_a_database_that_another_process_holds(self, tmp_path: Path) -> None:
        path = tmp_path / "warehouse.duckdb"
        write_run(path)
        with held_by_another_process(path, read_only=True):
            assert "is in use by another process" in refusal()

    def test_a_second_build_at_the_same_time(self, tmp_path: Path) -> None:
        path = tmp_path / "warehouse.duckdb"
        with only_build_of_file(path):
            assert refusal() == (
                f"Error: Another build of {path} is running; wait for its end, "
                "or set PQL_DB and PQL_PUBLISHED to other paths.\n"
            )
        with only_build_of_file(path):
            pass

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "warehouse.duckdb").write_text("not a database " * 1000)
        assert "cannot be opened as a DuckDB database" in refusal()


_STOP = (
    "{% if execute %}{{ exceptions.raise_compiler_error('pql: give RAW= a folder.') }}{% endif %}"
)


class TestFailedRuns:
    @pytest.fixture
    def project(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A dbt project of one good model, to which failures are added."""
        folder = tmp_path / "project"
        for name in ("models", "tests"):
            (folder / name).mkdir(parents=True)
        (folder / "dbt_project.yml").write_text("name: small\nprofile: pql\n")
        shutil.copy(PROJECT / "profiles.yml", folder)
        (folder / "models/good.sql").write_text("select 1 as answer")
        monkeypatch.setattr("pql.dbt_run.PROJECT", folder)
        return folder

    def test_failures_are_told_by_node_and_sentences_alone(
        self, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (project / "models/stopped.sql").write_text(_STOP)
        (project / "models/stopped_too.sql").write_text(_STOP)
        raw = tmp_path / "events.csv"
        raw.write_text("user_id,event_name\nada,hello\nada,hello, world\n")
        (project / "models/raw.sql").write_text(
            "{{ config(materialized='table') }} "
            f"select * from read_csv('{raw}', auto_detect = false, header = true, "
            "columns = {'user_id': 'varchar', 'event_name': 'varchar'})"
        )
        (project / "models/broken.sql").write_text("select nothing from nowhere")
        (project / "tests/assert_no_answer.sql").write_text("select * from {{ ref('good') }}")
        run = run_build(open_console(), {}, None, full_refresh=False, unit_tests=False)
        assert not run.succeeded
        assert set(run.sentences) == {
            "give RAW= a folder.",
            f"line 3 of {raw} has 3 values, the header 2 columns: ada,hello, world; "
            "put values that hold a comma in quotes.",
        }
        assert {failure.node for failure in run.failures} == {"broken", "assert_no_answer"}
        assert run.done == {"good"}
        print_failures(open_console(), run.failures)
        told = capsys.readouterr().out
        assert "Failed: assert_no_answer: Got 1 result" in told
        assert "Table with name nowhere does not exist" in told
        # The file is let go of: publishing opens it from the same process.
        duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True).close()

    def test_a_project_that_cannot_be_read_is_told(self, project: Path) -> None:
        (project / "models/lost.sql").write_text("select * from {{ ref('nobody') }}")
        run = run_build(open_console(), {}, None, full_refresh=False, unit_tests=False)
        assert not run.succeeded
        assert "depends on a node named 'nobody'" in run.failures[0].message


class TestNothingNew:
    def test_another_setting_or_rule_is_another_input(self, rules: Path) -> None:
        given = {
            "same": project_digest(rules, {}, None),
            "again": project_digest(rules, {}, None),
            "known_at": project_digest(rules, {"pql_known_at": "2026-03-01T00:00:00Z"}, None),
            "target": project_digest(rules, {}, "postgres"),
        }
        (rules / "pql_titles.csv").write_text("keyword,seniority_rank,is_decision_maker\n")
        given["rule"] = project_digest(rules, {}, None)
        assert given.pop("again") == given["same"]
        assert len(set(given.values())) == len(given)

    def test_a_running_clock_always_brings_something_new(self) -> None:
        assert is_clock_running({"pql_as_of": "now"}, None)
        assert is_clock_running({}, "prod")
        assert not is_clock_running({}, None)
        assert not is_clock_running({"pql_as_of": "latest"}, "prod")

    @pytest.mark.prove
    def test_a_build_ends_after_a_look_unless_something_came(self, tmp_path: Path) -> None:
        world = NastyWorld(7, users=20, runs=4)
        raw = world.write(tmp_path / "raw", 0)
        first, second = (CliRunner().invoke(build, ["--raw", str(raw)]) for _ in range(2))
        assert first.exit_code == second.exit_code == 0, first.output
        assert "create" in (tmp_path / "logs/dbt.log").read_text()
        assert "0 late), 0 corrected, 0 deleted; " in " ".join(first.output.split())
        assert re.fullmatch(
            "Nothing new since the run of .+ UTC: its results stand.\n", second.output
        )
        world.write(raw, 1)
        third = CliRunner().invoke(build, ["--raw", str(raw)])
        assert third.exit_code == 0, third.output
        assert "models; views and seeds stand as they were; 123 tests passed" in third.output
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
            connection.execute("drop view pql_intermediate.int_pql__signals")
        world.write(raw, 3)
        fourth = CliRunner().invoke(build, ["--raw", str(raw)])
        assert fourth.exit_code == 0, fourth.output
        assert "models from 15 seed files" in fourth.output
        with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
            summaries = connection.execute(
                """
                select events_new > 0, events_late > 0, events_corrected > 0, restatements > 0,
                    seconds > 0, json_extract(seconds_by_model, '$.int_pql__sessions') is not null
                from pql.pql_run_summary order by run_at
                """
            ).fetchall()
        assert summaries[:2] == [(True, False, False, False, True, True), (True,) * 6]

    @pytest.mark.prove
    def test_a_build_over_views_that_stand_ends_in_the_tables_of_a_full_one(
        self, tmp_path: Path
    ) -> None:
        world, raw = NastyWorld(3, users=60, runs=2), tmp_path / "raw"
        for run, told in enumerate(("models from 15 seed files", "views and seeds stand")):
            built = CliRunner().invoke(build, ["--raw", str(world.write(raw, run))])
            assert told in built.output
        later = (tmp_path / "warehouse.duckdb").rename(tmp_path / "incremental.duckdb")
        assert CliRunner().invoke(build, ["--raw", str(raw)]).exit_code == 0
        assert differences(later, tmp_path / "warehouse.duckdb") == {}


class TestStanding:
    @pytest.fixture
    def connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("""
            create schema pql_staging; create schema pql_seeds; create schema others;
            create schema pql_intermediate;
            create table pql_seeds.pql_rules as select 'invited' as rule_id, 10 as points;
            create table pql_intermediate.int_pql__settings as select 'a digest' as digest;
            create table pql_intermediate.int_pql__sessions as select 1 as session_id;
            create view pql_staging.events as select 1 as event_id;
            create view pql_staging.base_events as select 1 as event_id;
        """)
        return connection

    @pytest.mark.parametrize(
        "change",
        [
            "update pql_seeds.pql_rules set points = 11",
            "insert into pql_seeds.pql_rules from pql_seeds.pql_rules",
            "drop table pql_seeds.pql_rules",
            "update pql_intermediate.int_pql__settings set digest = 'another'",
            "drop table pql_intermediate.int_pql__sessions",
            "drop view pql_staging.events",
            "create or replace view pql_staging.events as select 2 as event_id",
        ],
    )
    def test_another_view_seed_or_table_does_not_stand(
        self, change: str, connection: duckdb.DuckDBPyConnection
    ) -> None:
        before = standing_digest(connection, "project", {"base_events"})
        connection.execute(change)
        assert standing_digest(connection, "project", {"base_events"}) != before

    def test_what_is_made_anew_or_of_others_does_not_count(
        self, connection: duckdb.DuckDBPyConnection
    ) -> None:
        before = standing_digest(connection, "project", {"base_events"})
        connection.execute("""
            create or replace view pql_staging.base_events as select 2 as event_id;
            update pql_intermediate.int_pql__sessions set session_id = 2;
            create view others.events as select 3 as event_id;
        """)
        assert standing_digest(connection, "project", {"base_events"}) == before
        assert standing_digest(connection, "another project", {"base_events"}) != before

    def test_what_is_left_out_of_a_run_is_made_of_seeds_or_a_log(self) -> None:
        manifest = read_manifest()
        manifest.build_parent_and_child_maps()

        def made_of(key: str) -> set[str]:
            return {key}.union(*map(made_of, manifest.parent_map[key]))

        for name in MADE_OF_SEEDS:
            sources = made_of(f"model.pql.{name}")
            assert not [key for key in sources if "base_pql__" in key], name
        for name in LOGS:
            assert manifest.nodes[f"model.pql.{name}"].config.full_refresh is False, name

    def test_postgres_keeps_no_view_over_a_table_made_anew(self) -> None:
        assert standing_digest(object(), "project", set()) is None


class TestReport:
    @pytest.fixture
    def connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("create schema pql_intermediate; use pql_intermediate")
        return connection

    def test_rule_problems_are_a_table_with_remedies(
        self, connection: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
    ) -> None:
        connection.execute(
            "create table int_pql__rule_problems "
            "(seed varchar, row_key varchar, problem varchar, remedy varchar)"
        )
        assert not print_rule_problems(open_console(), connection)
        connection.execute(
            "insert into int_pql__rule_problems values "
            "('pql_rules', 'pillars_003/1/x', 'Names no metric', 'Add it to pql_metrics')"
        )
        assert print_rule_problems(open_console(), connection)
        told = capsys.readouterr().out
        for text in ("pql_rules", "pillars_003/1/x", "Names no metric", "Add it to pql_metrics"):
            assert text in told

    def test_the_intake_names_what_was_not_taken_as_it_came(
        self, connection: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
    ) -> None:
        connection.execute(
            "create table int_pql__intake as select * from (values "
            "('events', 1200, 3, 2, 0, 0, 1, 1195), ('users', 10, 0, 0, 0, 0, 0, 10), "
            "('leads', 0, 0, 0, 0, 0, 0, 0)) as t (table_name, rows_in, rows_rejected, "
            "duplicates, corrected, deleted, clamped, rows_kept)"
        )
        print_intake(open_console(), connection)
        told = " ".join(capsys.readouterr().out.split())
        assert told.startswith(
            "Read 1,200 events (3 rejected, 2 repeated, 1 clamped to their load time), 10 users."
        )
        assert "pql_rejected_rows" in told
