"""Runs dbt inside this process: a progress bar instead of a log, failures in words."""

import gc
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from pql.project import PROJECT

# Macros of this project stop a run with one sentence for the person who runs it.
_SENTENCE = re.compile(r"pql: (.+?)(?=\n\s*\n|\n\s*>|\Z)", re.DOTALL)
# DuckDB's words for a line that has more values than the header has columns.
_SURPLUS_VALUES = re.compile(
    r"CSV Error on Line: (?P<line>\d+)\s+Original Line: (?P<text>.*?)\s+"
    r"Expected Number of Columns: (?P<columns>\d+) Found: (?P<values>\d+)"
    r".*?file = (?P<file>[^\n]+)",
    re.DOTALL,
)
_FAILED = ("error", "fail", "runtime error", "partial success")
_DONE = ("success", "pass", "no-op")

# What a run is about: everything; the scores without a look at what became of them; that look.
EVERYTHING: tuple[str, ...] = ()
SCORES = ("--exclude", "tag:pql_evaluation")
# ... without what no raw row changes, where it stands as it should: views, seeds, tables made of
# seeds and settings alone, logs; and without what was made to see what there is to read ...
MADE_OF_SEEDS = ("int_pql__settings", "int_pql__model_versions", "int_pql__rule_problems")
LOGS = (
    *("stg_pql__progress", "stg_pql__staged_loads", "stg_pql__event_changes"),
    *("int_pql__said_scores", "int_pql__said_attributes", "int_pql__statements"),
)
TABLES = (
    *("--select", "config.materialized:table", "config.materialized:incremental"),
    # Tests are named on both sides: all are run but those of what is not made at all.
    *("resource_type:test", "--indirect-selection", "empty"),
    *("--exclude", "tag:pql_evaluation", "tag:pql_evaluation+1,resource_type:test"),
    *MADE_OF_SEEDS,
    *LOGS,
    "+stg_pql__inputs,config.materialized:table",
)
EVALUATION = ("--select", "tag:pql_evaluation")
# ... or nothing but what there is to read, to see whether it is worth a run, and the views on it:
# files may have gained columns.
INPUTS = (
    *("--select", "+stg_pql__inputs", "path:models/staging/base,config.materialized:view"),
    *("--exclude-resource-type", "test"),
)


@dataclass(frozen=True)
class Trouble:
    """A node of the project that failed or warned, with what dbt says about it."""

    node: str
    message: str


@dataclass
class Run:
    """How a run ended."""

    succeeded: bool = False
    # Sentences for the person who runs it: something they gave is wrong.
    sentences: list[str] = field(default_factory=list)
    failures: list[Trouble] = field(default_factory=list)
    warnings: list[Trouble] = field(default_factory=list)
    # How many of each kind (seed, model, test, unit_test) went well, and which.
    counts: Counter[str] = field(default_factory=Counter)
    done: set[str] = field(default_factory=set)
    seconds: float = 0
    seconds_by_model: dict[str, float] = field(default_factory=dict)
    # The run as dbt and the logs in the database name it.
    run_id: str = ""


def run_build(
    console: Console,
    variables: dict[str, Any],
    target: str | None = None,
    *,
    scope: tuple[str, ...] = SCORES,
    full_refresh: bool = False,
    unit_tests: bool = False,
) -> Run:
    """Builds what is in scope and tests the rows; on request the models, on rows made for that."""
    arguments = ["build", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    arguments += ["--vars", json.dumps(variables, default=str)]
    arguments += ["--log-level", "none", "--log-level-file", "debug"]
    arguments += [*scope, *(["--target", target] if target else [])]
    arguments += ["--full-refresh"] if full_refresh else []
    arguments += [] if unit_tests else ["--exclude-resource-type", "unit_test"]
    # The database file and the folders of dbt are named relative to the project.
    os.chdir(PROJECT)

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    is_watched = console.is_terminal
    if not is_watched and scope is not INPUTS:
        console.print("Building; logs/dbt.log grows as it goes.")
    with Progress(*columns, console=console, transient=True, disable=not is_watched) as progress:
        task = progress.add_task("Reading the project", total=None)
        # dbt takes seconds to import: not before there is something to see.
        from dbt.cli.main import dbtRunner

        def show(event: Any) -> None:
            if event.info.name == "LogStartLine":
                progress.update(task, total=event.data.total, description=event.data.description)
            elif event.info.name == "NodeFinished":
                progress.advance(task)

        outcome = dbtRunner(callbacks=[show]).invoke(arguments)
        close_connections()
    return read_outcome(outcome)


def forget_compiled(manifest: Any) -> None:
    """Lets a project that was read once be run again.

    Into a model that it holds to be compiled dbt puts no ephemeral models any more.
    """
    from dbt.contracts.graph.nodes import CompiledNode

    for node in manifest.nodes.values():
        if isinstance(node, CompiledNode) and node.compiled:
            node.compiled, node.compiled_code = False, None
            node.extra_ctes_injected, node.extra_ctes = False, []


def keep_parsed() -> None:
    """What was read stays: the garbage collector need not look through it in every run."""
    gc.collect()
    gc.freeze()


def close_connections() -> None:
    """Lets go of the database file, which dbt-duckdb keeps open as long as the process lives."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def read_outcome(outcome: Any) -> Run:
    from dbt_common.invocation import get_invocation_id

    run = Run(
        succeeded=outcome.success,
        seconds=getattr(outcome.result, "elapsed_time", 0),
        run_id=get_invocation_id(),
    )
    if outcome.exception is not None:
        _add_failure(run, "the project", str(outcome.exception))
    for result in getattr(outcome.result, "results", []):
        name, status = result.node.name, result.status.value
        if status in _FAILED:
            _add_failure(run, name, result.message or status)
        elif status == "warn":
            run.warnings.append(Trouble(name, result.message or status))
        elif status in _DONE:
            run.counts[result.node.resource_type.value] += 1
            run.done.add(name)
            if result.node.resource_type.value == "model":
                run.seconds_by_model[name] = result.execution_time
    return run


def _add_failure(run: Run, node: str, message: str) -> None:
    text = _sentence(message)
    if not text:
        run.failures.append(Trouble(node, message.strip()))
    elif text not in run.sentences:
        run.sentences.append(text)


def _sentence(message: str) -> str | None:
    """What the person who runs it has to do, if the message is about what they gave."""
    if found := _SENTENCE.search(message):
        return " ".join(found[1].split())
    if found := _SURPLUS_VALUES.search(message):
        return (
            f"line {found['line']} of {found['file']} has {found['values']} values, the header "
            f"{found['columns']} columns: {found['text']}; put values that hold a comma in quotes."
        )
    return None
