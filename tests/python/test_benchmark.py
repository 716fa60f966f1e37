"""The benchmark measures what it says: time, processor and memory, step by step."""

import time
from pathlib import Path

import duckdb
import pytest
from click import ClickException
from click.testing import CliRunner

from bench import bench
from benchmark import page
from benchmark.comparison import Comparison, Round
from benchmark.equality import TABLES, rows_and_differences
from benchmark.lane import Landing, Landings, print_landings
from benchmark.measurement import Cost, Measured, Memory, Meter, Step, measure, together
from benchmark.worlds import SIZES
from pql.console import open_console

MEGABYTE = 1_000_000


def work(meter: Meter, megabytes: int) -> None:
    with meter.step("fill"):
        bytearray(b"x") * (megabytes * MEGABYTE)
    with meter.step("wait"):
        time.sleep(0.2)


def test_each_step_has_its_own_time_and_memory() -> None:
    shown: list[str] = []
    outcome = measure(work, 300, show=shown.append)
    fill, wait = outcome.steps
    assert shown == [fill.name, wait.name] == ["fill", "wait"]
    assert fill.cost.peak_bytes > 300 * MEGABYTE
    assert wait.cost.peak_bytes < 200 * MEGABYTE
    assert wait.cost.seconds >= 0.2 > wait.cost.cpu_seconds
    assert outcome.whole.peak_bytes == fill.cost.peak_bytes
    assert outcome.whole.seconds > together(outcome.steps).seconds


def test_a_row_on_one_side_only_is_found(tmp_path: Path) -> None:
    for side, schema, rows in (("models", "pql.", 3), ("script", "", 2)):
        with duckdb.connect(str(tmp_path / f"{side}.duckdb")) as connection:
            connection.execute("create schema pql")
            for table in TABLES:
                connection.execute(f"create table {schema}{table} as from range({rows})")
    found = rows_and_differences(tmp_path / "models.duckdb", tmp_path / "script.duckdb")
    assert found == dict.fromkeys(TABLES, (3, 1))


def comparison(different: int = 0) -> Comparison:
    def round_with(events: float) -> Round:
        """The models make events and scores, the script events alone."""
        steps = [
            Step(name, Cost(seconds, seconds * 2, 1_000 * MEGABYTE))
            for name, seconds in (("events", events), ("scores", 5.0))
        ]
        return Round(
            models=Measured(steps, Cost(10.0, 17.0, 1_000 * MEGABYTE)),
            script=Measured(steps[:1], Cost(4.0, 6.5, 1_000 * MEGABYTE)),
        )

    return Comparison(
        size=SIZES["default"],
        memory=Memory(8),
        load=0.0,
        rounds=[round_with(events) for events in (2.0, 5.0, 3.0)],
        tables=dict.fromkeys(TABLES, (7, different)),
    )


def test_more_memory_than_the_machine_has_is_named() -> None:
    Memory(2).require(comparison().models)
    small = Memory(gigabytes=0)
    with pytest.raises(ClickException, match=r"events took 1\.00 GB of memory, more than the 0 GB"):
        small.require(comparison().models)


def test_times_are_compared_like_with_like() -> None:
    assert comparison().verdict == (
        "The models take 2.7 times as long as the SQL by hand, and 2.7 times its processor time; "
        "as whole processes 2.5 times as long. "
        "Round by round: 3.5, 2.0, 2.7 times as long; the figures are those of the median."
    )


def test_a_row_too_many_is_no_equality() -> None:
    assert comparison().is_equal
    assert not comparison(different=1).is_equal


def test_the_page_gets_the_figures_of_its_size_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "benchmark.md"
    full = "<!-- begin of full -->\nold\n<!-- end of full -->\n"
    file.write_text(f"a\n<!-- begin of default -->\nold\n<!-- end of default -->\n{full}")
    monkeypatch.setattr(page, "PAGE", file)
    page.write_page(comparison())
    written = file.read_text()
    assert written.startswith("a\n<!-- begin of default -->\n## 2,000,000 events\n")
    assert written.endswith(f"<!-- end of default -->\n{full}")
    assert "| scores | 5.00 | 10.00 | 1.00 GB |" in written
    assert "scores" in (tmp_path / "benchmark_default.svg").read_text()


def test_what_was_printed_stands_on_the_page_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "benchmark.md"
    file.write_text("a\n")
    monkeypatch.setattr(page, "PAGE", file)
    for printed in ("old\n", "new\n"):
        page.write_printed("bench-lane", SIZES["default"], printed)
    written = file.read_text()
    assert written.count("`make bench-lane SIZE=default`") == 1
    assert "```text\nnew\n```" in written
    assert "old" not in written


@pytest.mark.prove
def test_a_million_events_in_8_gb_give_the_same_rows_by_hand() -> None:
    outcome = CliRunner().invoke(bench, ["compare", "--size", "small", "--rounds", "1"])
    assert outcome.exit_code == 0, outcome.output
    assert "Both have the same rows" in outcome.output


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        pytest.param([1.0, 2.9, 9.0], "Within the target: 2.90 s", id="one slow batch"),
        pytest.param([1.0, 3.1, 3.2], "Missed the target: 3.10 s", id="slow"),
    ],
)
def test_the_lane_is_judged_by_its_median(seconds, verdict, capsys) -> None:
    batches = [Landing(1_000, 7, each, each * 2) for each in seconds]
    landings = Landings(SIZES["default"], 2_000_000, 0.5, batches)
    print_landings(open_console(), landings)
    shown = " ".join(capsys.readouterr().out.split())
    assert verdict in shown and "at most 3 s wanted after 2,000,000 events" in shown
    assert f"worst {seconds[-1]:.2f} {2 * seconds[-1]:.2f}" in shown
