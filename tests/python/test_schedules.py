"""The examples of schedules run what they say, with settings and secrets from where they say."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from rows_and_answers import PROJECT

EXAMPLES = PROJECT / "examples/scheduling"
CRONTAB = (EXAMPLES / "crontab").read_text(encoding="utf-8")
SETTINGS = dict(re.findall(r"^(\w+)=(.*)$", CRONTAB, re.M))
ENTRIES = re.findall(r"^((?:[\d*,/-]+ ){5})(.+)$", CRONTAB, re.M)
TARGETS = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.M)


def test_every_line_of_the_crontab_is_a_comment_a_setting_or_an_entry() -> None:
    lines = [line for line in CRONTAB.splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(SETTINGS) + len(ENTRIES)
    assert len(ENTRIES) == 3


@pytest.mark.parametrize(("times", "command"), ENTRIES, ids=lambda part: part[-40:])
def test_cron_runs_a_make_target_in_the_project_with_the_settings(
    times: str, command: str, tmp_path: Path
) -> None:
    """With a make that tells what it was asked for; `sh` and no terminal, as cron has it."""
    make = tmp_path / "make"
    make.write_text('#!/bin/sh\necho "$PWD|$1|$RAW|$PQL_TARGET"\n')
    make.chmod(0o755)
    settings = SETTINGS | {"PROJECT": str(PROJECT), "LOG": str(tmp_path / "log")}
    command = command.replace("/tmp/pql.lock", str(tmp_path / "lock"))
    environment = settings | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-c", command], env=environment, cwd=tmp_path, check=True)
    folder, target, raw, engine = (tmp_path / "log").read_text().strip().split("|")
    assert (folder, raw, engine) == (str(PROJECT), SETTINGS["RAW"], "prod")
    assert target in TARGETS
    assert len(times.split()) == 5


def test_the_workflow_runs_make_and_takes_the_password_from_the_secrets() -> None:
    workflow = yaml.safe_load((EXAMPLES / "github_actions.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["score"]
    assert workflow["concurrency"]
    assert job["env"]["PQL_PG_PASSWORD"].startswith("${{ secrets.")
    commands = " ".join(step.get("run", "") for step in job["steps"])
    assert set(re.findall(r"\bmake ([a-z-]+)", commands)) == {"build"}
    files = re.findall(r"[\w-]+\.txt", commands)
    assert [file for file in files if not (PROJECT / file).is_file()] == []
