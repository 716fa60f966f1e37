"""Leads, explanations and rules, as a person at a terminal reads them."""

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from refusals import only_sentence
from small_run import PROJECT, STRANGE_ID, write_run

from pql import words
from pql.publishing import publish_run
from pql.rulebook import read_folder
from show import show

RULES = PROJECT / "seeds/rules"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_run(folder / "warehouse.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PQL_DB", str(folder / "warehouse.duckdb"))
        patch.setenv("PQL_PUBLISHED", str(folder / "published"))
        publish_run()
    return folder / "published"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, published: Path) -> None:
    monkeypatch.setenv("PQL_PUBLISHED", str(published))
    for name in ("PQL_RULES_DIR", "PQL_SCHEMA"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(show, arguments)


def answer(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refusal(*arguments: str) -> str:
    """The one sentence that a command refuses bad input with."""
    return only_sentence(run(*arguments))


class TestBandsInWords:
    @pytest.mark.parametrize(
        ("lower", "upper", "expected"),
        [
            ("3", "7", "3 to 6"),
            ("200", None, "200 or more"),
            ("50.0000", "200.0000", "50 to 199"),
            ("1000", "5001", "1,000 to 5,000"),
            ("1", None, "1 or more"),
            ("4", "5", "exactly 4"),
            ("0", "1", "none"),
            (None, "1", "none"),
            (None, "50", "under 50"),
            (None, None, "any value"),
            ("7", "7", "never: 7 is not below 7"),
        ],
    )
    def test_whole_numbers(self, lower: str | None, upper: str | None, expected: str) -> None:
        assert words.band(lower, upper) == expected

    @pytest.mark.parametrize(
        ("lower", "upper", "expected"),
        [("1.5", "3", "1.5 to under 3"), (None, "1", "under 1"), ("0.2500", None, "0.25 or more")],
    )
    def test_ratios_have_no_last_value(
        self, lower: str | None, upper: str | None, expected: str
    ) -> None:
        assert words.band(lower, upper, is_whole=False) == expected

    @pytest.mark.parametrize(
        ("metric", "lower", "upper", "line", "sentence"),
        [
            (
                "sessions_14d",
                "7",
                None,
                "Sessions in 14 days: 7 or more",
                "7 or more sessions in 14 days",
            ),
            (
                "paywall_hits_30d",
                "1",
                None,
                "Paywall hits in 30 days: at least one",
                "1 or more paywall hits in 30 days",
            ),
            (
                "activated",
                "1",
                None,
                "Activation milestone completed",
                "activation milestone completed",
            ),
            (
                "activated",
                None,
                "1",
                "Activation milestone completed: none",
                "activation milestone completed: none",
            ),
            (
                "seniority_rank",
                "5",
                None,
                "Seniority of the job title (1 to 7): 5 or more",
                "seniority of the job title (1 to 7): 5 or more",
            ),
            (
                "api_calls_30d",
                None,
                "100",
                "API calls in 30 days: under 100",
                "under 100 API calls in 30 days",
            ),
        ],
    )
    def test_conditions(
        self, metric: str, lower: str | None, upper: str | None, line: str, sentence: str
    ) -> None:
        row = read_folder(RULES).metric(metric)
        assert words.statement(row, lower, upper) == line
        assert words.phrase(row, lower, upper) == sentence

    @pytest.mark.parametrize(
        ("hours", "expected"),
        [(1, "1 hour"), (4, "4 hours"), (24, "24 hours"), (36, "36 hours"), (168, "7 days")],
    )
    def test_periods(self, hours: int, expected: str) -> None:
        assert words.period(hours) == expected

    def test_numbers_keep_only_fractions_that_matter(self) -> None:
        assert words.number(Decimal("1200.0000")) == "1,200"
        assert words.number(Decimal("2.5000")) == "2.5"


class TestLeads:
    def test_the_hot_come_first_by_the_time_to_answer(self) -> None:
        output = answer("leads")
        places = [output.index(who) for who in ("hero", "office-manager", "eve", "freelancer")]
        assert places == sorted(places)

    def test_who_is_left_out_is_no_lead(self) -> None:
        assert "\ncustomer" not in answer("leads")
        assert "1 excluded" in answer("leads")

    def test_the_table_fits_100_columns(self) -> None:
        assert max(map(len, answer("leads").splitlines())) <= 100

    def test_points_of_the_layers_and_reasons_are_shown(self) -> None:
        output = answer("leads")
        assert "0/20/0/40" in output
        assert "12 sessions" in output
        assert "31 Mar 13:00" in output

    def test_ids_cannot_steer_the_terminal(self) -> None:
        output = answer("leads")
        assert "[bold]eve" in output
        assert "\x1b" not in output

    def test_the_limit_is_kept(self) -> None:
        output = answer("leads", "--limit", "1")
        assert "hero" in output
        assert "office-manager" not in output

    def test_an_unknown_model_is_refused_by_naming_the_known_ones(self) -> None:
        assert "pillars_003" in refusal("leads", "--model", "nobody")

    def test_without_a_published_run_the_way_to_one_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PQL_PUBLISHED", str(tmp_path))
        assert "make build" in refusal("leads")

    def test_a_damaged_file_is_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "marts.duckdb").write_text("not a database" * 1000)
        monkeypatch.setenv("PQL_PUBLISHED", str(tmp_path))
        assert "marts.duckdb cannot be opened" in refusal("leads")


class TestRestatements:
    def test_a_user_is_one_line_that_shows_the_first_other_status_or_score(self) -> None:
        told = answer("restatements")
        assert told.count("hero") == 1
        assert re.search(r"hero +2026-03-26 00:00 +no row +hot, 50 +3 +late", told)


class TestExplain:
    def test_the_lines_in_words_sum_to_the_score(self) -> None:
        output = answer("explain", "--user", "hero")
        ledger = re.findall(r"^ *([+-]?\d+)  (\S.+?)  ", output, flags=re.MULTILINE)
        assert ledger == [
            ("+20", "Sessions in 14 days: 7 or more"),
            ("+15", "Visits to the admin settings in 30 days: at least one"),
            ("+15", "Paywall hits in 30 days: at least one"),
            ("+10", "Different people invited in 30 days: 2 or more"),
            ("0", "Errors met in 30 days: at least one"),
            ("-10", "Cap of the layer intent"),
            ("50", "Score"),
        ]

    def test_lines_of_another_time_are_left_out(self) -> None:
        assert "3 to 6" not in answer("explain", "--user", "hero")
        assert "3 to 6" in answer("explain", "--user", "hero", "--at", "2026-03-31T07:59:59Z")

    def test_what_is_missing_and_what_comes_next(self) -> None:
        output = answer("explain", "--user", "hero")
        assert "Pillar missing: activation. Has not completed the activation milestone." in output
        assert "Hot trigger: Paywall hits in 30 days: at least one." in output
        assert "Answer by 2026-03-31 13:00 UTC." in output
        assert "2026-04-07 09:00 UTC, status hot -> not_qualified" in output

    def test_transitions_up_to_the_instant_say_their_cause(self) -> None:
        output = answer("explain", "--user", "hero")
        assert "not_qualified -> hot" in output
        assert "Trigger: Paywall hits" in output
        assert "First known" in output
        assert "hot -> not_qualified  " not in output

    def test_what_ends_is_told_from_what_begins(self) -> None:
        later = answer("explain", "--user", "hero", "--at", "2026-05-01")
        assert "Trigger over: Paywall hits" in later

    def test_an_offset_is_converted(self) -> None:
        early = answer("explain", "--user", "hero", "--at", "2026-03-31T10:30:00+02:00")
        assert "At 2026-03-31 08:30 UTC: not_qualified" in early

    def test_who_is_left_out_keeps_the_reason(self) -> None:
        output = answer("explain", "--user", "customer")
        assert "left out: Paying customer" in output
        assert re.search(r"-20 +Left out: nothing counts", output)

    def test_an_unknown_person_is_answered_with_the_closest_ids(self) -> None:
        assert "'freelanser'; the closest ids are freelancer" in refusal(
            "explain", "--user", "freelanser"
        )

    def test_nobody_named_is_asked_for(self) -> None:
        assert "USER=<user_id>" in refusal("explain")

    def test_before_the_start_there_is_nothing_to_explain(self) -> None:
        sentence = refusal("explain", "--user", "hero", "--at", "2026-03-01")
        assert "had no score yet; it begins at 2026-03-24 00:00 UTC." in sentence

    @pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "31.03.2026", "2026-03-31T25:00"])
    def test_what_is_no_instant_is_refused_with_an_example(self, text: str) -> None:
        assert "write an instant such as" in refusal("explain", "--user", "hero", "--at", text)

    def test_strange_ids_are_found(self) -> None:
        assert "pql, score 65" in answer("explain", "--user", STRANGE_ID)


class TestRules:
    def test_every_model_is_prose(self) -> None:
        output = answer("rules")
        for line in (
            "pillars_003, version 1, in force from 2000-01-01",
            "+10 for 3 to 6 sessions in 14 days",
            "+25 for 100 to 500 employees of the company",
            "Points for intent, at most 30",
            "fit: 50 or more employees of the company; or employees of the company unknown and",
            "Answer within 4 hours, hot for 7 days",
            "6. Paying customer",
        ):
            assert line in output
        assert max(map(len, output.splitlines())) <= 100

    def test_one_model_can_be_chosen(self) -> None:
        assert "pillars_003" not in answer("rules", "--model", "weighted_000")
        assert "weighted_000" in refusal("rules", "--model", "weighted")

    def test_it_follows_the_files(self, tmp_path: Path) -> None:
        folder = shutil.copytree(RULES, tmp_path / "rules")
        rules = folder / "pql_rules.csv"
        rules.write_text(rules.read_text().replace("sessions_14d,3,7,10", "sessions_14d,2,9,12"))
        assert "+12 for 2 to 8 sessions in 14 days" in answer("rules", "--rules", str(folder))

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        folder = shutil.copytree(RULES, tmp_path / "rules")
        (folder / "pql_titles.csv").unlink()
        assert "lacks pql_titles.csv" in refusal("rules", "--rules", str(folder))

    def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        assert "There is no rules folder" in refusal("rules", "--rules", str(tmp_path / "no"))

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            (
                "sessions_14d,3,7,10",
                "sessions_14d,3,seven,10",
                "upper is 'seven'; it must be a number",
            ),
            ("sessions_14d,3,7,10", "sessions_14d,3,7,1.5", "points is '1.5'; it must be a whole"),
            ("sessions_14d,3,7,10", "sessions_14d,3,7", "has not as many values as the first line"),
            (",points,", ",score,", "lacks the column points"),
        ],
    )
    def test_an_unreadable_rule_is_named_with_its_place(
        self, tmp_path: Path, old: str, new: str, sentence: str
    ) -> None:
        folder = shutil.copytree(RULES, tmp_path / "rules")
        rules = folder / "pql_rules.csv"
        rules.write_text(rules.read_text().replace(old, new))
        message = refusal("rules", "--rules", str(folder))
        assert sentence in message
        assert "pql_rules.csv" in message
