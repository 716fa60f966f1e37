"""The project in a process that stays: read once, built again and again over one raw folder."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from alerting.lane import RUN_LANE
from pql.dbt_run import INPUTS, SCORES, TABLES, forget_compiled, keep_parsed
from pql.project import PROJECT
from pql.run_summary import inputs_digest

_ROWS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
# With the log that a build writes; the project was read, and written down, once.
_LOGGED = ("--log-level-file", "debug", "--no-write-json")

_SHARE_OF_TOUCHED = """
    with

    events as (

        select event_id, user_id, account_id, occurred_at
        from pql_staging.stg_pql__events

    ),

    owners as (

        select event_id, 'user' as entity_type, user_id as entity_id
        from events

        union all

        select event_id, 'account', account_id
        from events

        union all

        select events.event_id, memberships.entity_type, memberships.entity_id
        from events
        inner join pql_intermediate.int_pql__memberships as memberships
            on
                events.user_id = memberships.user_id
                and events.occurred_at >= memberships.valid_from
                and (events.occurred_at < memberships.valid_to or memberships.valid_to is null)
        where memberships.entity_type = 'domain' or events.account_id is null

    ),

    owned as (

        select distinct owners.event_id
        from owners
        inner join pql_intermediate.int_pql__touched_entities as touched
            on owners.entity_type = touched.entity_type and owners.entity_id = touched.entity_id

    )

    select (select count(*) from owned) / (select count(*) from events)
"""


class ResidentProject:
    """A database and a raw folder below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "raw"
        self._database = folder / "warehouse.duckdb"
        os.environ |= {
            "PQL_DB": str(self._database),
            "PQL_RAW_DIR": str(self.raw),
            "PQL_RULES_DIR": "seeds/rules",
            "PQL_SCHEMA": "pql",
            "PQL_TARGET": "dev",
        }
        os.chdir(PROJECT)
        self._options = ["--profiles-dir", str(PROJECT), "--log-level", "none"]
        self._options += ["--target-path", str(folder / "target")]
        self._logs = folder / "logs"
        self._options += ["--log-path", str(self._logs)]
        self._manifest = None
        self._manifest = self._invoke("parse")
        self._built_of: str | None = None
        keep_parsed()

    def build(self) -> bool:
        """What `make build` does, without the tests: looks, and builds where there is news."""
        self._invoke("build", *INPUTS, *_ROWS_ONLY, *_LOGGED)
        read = self._read()
        if read == self._built_of:
            return False
        # The project stays as it was read: after the first build, what no raw row changes stands.
        if self._built_of:
            self._invoke("run", *TABLES, *_LOGGED)
        else:
            self._invoke("build", *SCORES, *_ROWS_ONLY, *_LOGGED)
        self._built_of = read
        return True

    def run_lane(self, as_of: datetime) -> None:
        """Brings the hot lane up to an instant."""
        variables = json.dumps({"pql_as_of": f"{as_of.isoformat()}Z"})
        self._invoke(*RUN_LANE, "--vars", variables)

    def episodes(self) -> int:
        """How many episodes the lane has found so far."""
        with duckdb.connect(str(self._database), read_only=True) as connection:
            query = "select count(*) from pql.pql_hot_triggers"
            return connection.execute(query).fetchall()[0][0]

    def _read(self) -> str:
        """What there is to read, as a digest."""
        with duckdb.connect(str(self._database), read_only=True) as connection:
            return inputs_digest(connection, "")

    def _invoke(self, *arguments: str) -> Any:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        if self._manifest is not None:
            forget_compiled(self._manifest)
        outcome = dbtRunner(manifest=self._manifest).invoke([*arguments, *self._options])
        DuckDBConnectionManager.close_all_connections()
        if not outcome.success:
            raise RuntimeError(f"dbt {arguments[0]} failed; {self._logs}/dbt.log says why.")
        return outcome.result

    def share_of_touched(self) -> float:
        """How large a part of all events those own whom the last run built anew.

        It is owned by its user, the account it counts for and the company domain of its user: one
        of them is enough.
        """
        with duckdb.connect(str(self._database), read_only=True) as connection:
            return connection.execute(_SHARE_OF_TOUCHED).fetchall()[0][0]
