"""Builds of the same project on an engine, each in a dbt process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pql.project import PROJECT

# Parity is about rows: what tests and unit tests say is asked elsewhere.
_ONLY_TABLES = ("--exclude-resource-type", "unit_test", "test")
# The lines of dbt's own words that are shown of a build that failed.
_LAST_LINES = 25


@dataclass(frozen=True)
class Engine:
    """Where a build runs: a target of profiles.yml and the environment it reads."""

    name: str
    target: str
    scratch: Path
    environment: Mapping[str, str]

    def build(self, variables: Mapping[str, Any], *arguments: str) -> None:
        """Builds all seeds and models, or the selected ones."""
        command = [
            *(str(Path(sys.executable).with_name("dbt")), "build", *_ONLY_TABLES, *arguments),
            *("--quiet", "--target", self.target, "--vars", json.dumps(dict(variables))),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(self.scratch / f"{self.target}-target")),
            *("--log-path", str(self.scratch / f"{self.target}-logs")),
        ]
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env=os.environ | {"PQL_RAW_DIR": ""} | dict(self.environment),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:])
            raise click.ClickException(f"The build on {self.name} failed:\n{said}")
