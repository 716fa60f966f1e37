"""The hot lane inside a process that stays: dbt reads the project once, not in every cycle."""

import json
import os
from datetime import datetime
from typing import Any

from pql.console import UserError
from pql.dbt_run import Run, close_connections, forget_compiled, keep_parsed, read_outcome
from pql.project import PROJECT

_OPTIONS = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--log-level", "none")

# The lane, without the files about the run that dbt would write each time.
RUN_LANE = ("run", "--select", "tag:pql_hot", "--no-write-json", "--log-level-file", "none")


class ResidentLane:
    """dbt with the project already parsed."""

    def __init__(self, variables: dict[str, Any]) -> None:
        """Parses the project, which takes some seconds."""
        from dbt.cli.main import dbtRunner

        os.chdir(PROJECT)
        self._variables = variables
        outcome = dbtRunner().invoke(["parse", *_OPTIONS, "--vars", json.dumps(variables)])
        if outcome.exception is not None:
            raise UserError(f"dbt cannot read the project: {outcome.exception}")
        self._manifest = outcome.result
        self._runner = dbtRunner(manifest=self._manifest)
        keep_parsed()

    def run(self, as_of: datetime) -> Run:
        """Brings the tables of the lane up to an instant, then lets go of the database."""
        variables = self._variables | {"pql_as_of": f"{as_of.isoformat()}Z"}
        forget_compiled(self._manifest)
        arguments = [*RUN_LANE, "--vars", json.dumps(variables)]
        try:
            return read_outcome(self._runner.invoke([*arguments, *_OPTIONS]))
        finally:
            close_connections()
