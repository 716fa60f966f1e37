"""Runs that are killed in the middle: the next one ends in the right tables."""

import multiprocessing
import random
import shutil
from collections.abc import Iterator
from itertools import islice
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from dbt_builds import WITHOUT_TESTS, build_models, invoke_dbt
from nasty_worlds import NastyWorld
from replays import ONLY_ROWS, copied_project, differences, restated_wrongly

# 36 kills in all: each while a run has begun and not ended.
SEEDS, RUNS, KILLS_A_RUN = range(30, 36), 2, 3
# A quick machine may end a run before it is killed; then another instant is tried.
TRIES = 20
# dbt takes seconds to import: once for all processes.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb"])


def build_and_tell(project: Path, scratch: Path, raw: Path, has_begun: Event) -> None:
    """What the process to be killed does: a build, telling when the first model has begun."""
    invoke_dbt(
        project,
        scratch,
        *("build", *WITHOUT_TESTS, *ONLY_ROWS, "tag:pql_evaluation"),
        raw=raw,
        on_event=lambda event: has_begun.set() if event.info.name == "NodeStart" else None,
    )


def killed_after(seconds: float, project: Path, scratch: Path, raw: Path) -> bool:
    """Start a build and kill it this long after its first model; did that come before its end?"""
    has_begun = PROCESSES.Event()
    process = PROCESSES.Process(target=build_and_tell, args=(project, scratch, raw, has_begun))
    process.start()
    assert has_begun.wait(120)
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode in (0, -9)
    return process.exitcode == -9


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder that is gone afterwards: pytest keeps those of its last three runs."""
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest.mark.prove
@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_run_is_made_good_by_the_next(seed: int, scratch: Path) -> None:
    project, raw, chance = copied_project(scratch / "project"), scratch / "raw", random.Random(seed)
    world = NastyWorld(seed, users=60, runs=RUNS)
    for run in range(RUNS):
        world.write(raw, run)
        tries = (killed_after(chance.uniform(0, 9), project, scratch, raw) for _ in range(TRIES))
        kills = sum(
            1 for _ in islice((was_killed for was_killed in tries if was_killed), KILLS_A_RUN)
        )
        assert kills == KILLS_A_RUN
        database = build_models(project, scratch, *ONLY_ROWS, raw=raw)
        if run:
            assert restated_wrongly(scratch / "before.duckdb", database) == []
        shutil.copy(database, scratch / "before.duckdb")
    incremental = shutil.move(database, scratch / "incremental.duckdb")
    assert differences(incremental, build_models(project, scratch, *ONLY_ROWS, raw=raw)) == {}
