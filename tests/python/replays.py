"""Incremental runs beside full builds, and what tells them apart."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from dbt_builds import build_models
from nasty_worlds import NastyWorld
from probing_model import add_probing_rows
from rows_and_answers import PROJECT

# What runs did, and how far they came: no function of the rows.
LOGS = (
    *("stg_pql__progress", "stg_pql__staged_loads"),
    *("int_pql__entity_digests", "int_pql__touched_entities", "int_pql__moved_entities"),
    *("stg_pql__event_changes", "int_pql__statements", "int_pql__said_attributes"),
    *("pql_restatements", "pql_run_summary"),
)
# They look at the rule files alone, which no delivery changes.
ONLY_ROWS = ("--exclude", "path:models/intermediate/trust/rules", "int_pql__rule_problems")


def bare_project(folder: Path) -> Path:
    """A copy of the project, without its tests."""
    for name in ("models", "macros", "seeds", "tests/generic"):
        unread = shutil.ignore_patterns("*__unit_tests.yml")
        shutil.copytree(PROJECT / name, folder / name, ignore=unread)
    for file in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / file, folder)
    return folder


def copied_project(folder: Path) -> Path:
    """The same with rules of every kind."""
    add_probing_rows(bare_project(folder) / "seeds")
    return folder


def replay_world(world: NastyWorld, project: Path, scratch: Path) -> dict[str, list[tuple]]:
    """Build a world in its runs and at once; returns what differs then, by table.

    What each run says of the past must differ from the run before just where it says so.
    """
    raw = scratch / "raw"
    for run in range(world.runs):
        world.write(raw, run)
        database = build_models(project, scratch, *ONLY_ROWS, raw=raw)
        if run:
            assert restated_wrongly(scratch / "before.duckdb", database) == []
        shutil.copy(database, scratch / "before.duckdb")
    incremental = database.rename(scratch / "incremental.duckdb")
    return differences(incremental, build_models(project, scratch, *ONLY_ROWS, raw=raw))


def differences(incremental: Path, full: Path) -> dict[str, list[tuple]]:
    """Rows that stand in one database only, the first few of each table."""
    with _attached(incremental=incremental, full_build=full) as connection:
        tables = connection.execute(
            """
            select distinct schema_name || '.' || table_name
            from duckdb_tables()
            where schema_name in ('pql', 'pql_staging', 'pql_intermediate')
                and table_name not in (select unnest(?))
            order by 1
            """,
            [list(LOGS)],
        ).fetchall()
        assert len(tables) > 30
        found = {table: _only_in_one(connection, table) for (table,) in tables}
        return {table: rows for table, rows in found.items() if rows}


def restated_wrongly(before: Path, after: Path) -> list[tuple]:
    """Instants of which two runs differ without a restatement, or do not in spite of one."""
    with _attached(before=before, after=after) as connection:
        return connection.execute(_RESTATED_WRONGLY).fetchall()


_RESTATED_WRONGLY = """
    with
    said as (
        select *, to_json(struct_pack(*columns(* exclude (valid_from, valid_to)))) as facts_text
        from before.pql.pql_score_history
    ),
    now as (
        select *, to_json(struct_pack(*columns(* exclude (valid_from, valid_to)))) as facts_text
        from after.pql.pql_score_history
    ),
    restated as (
        select *
        from after.pql.pql_restatements
        where run_at = (select max(run_at) from after.pql.pql_restatements)
            and run_id not in (select run_id from before.pql.pql_restatements)
    ),
    instants as (
        select distinct model_id, user_id, unnest([valid_from, valid_to]) as instant
        from (
            select model_id, user_id, valid_from, valid_to from said
            union all select model_id, user_id, valid_from, valid_to from now
            union all select model_id, user_id, valid_from, valid_to from restated
        )
    )
    select instants.*, said.facts_text, now.facts_text, restated.changed_columns
    from instants
    {joins}
    where instant <= (select max(as_of) from before.pql_intermediate.int_pql__statements)
        and (
            (said.facts_text is distinct from now.facts_text) <> (restated.run_id is not null)
            or (
                restated.run_id is not null
                and (said.status, said.score, now.status, now.score) is distinct from
                    (restated.said_status, restated.said_score, restated.status, restated.score)
            )
        )
    limit 3
""".format(
    joins="".join(
        f"""
        left join {relation}
            on instants.model_id = {relation}.model_id
            and instants.user_id = {relation}.user_id
            and instants.instant >= {relation}.valid_from
            and instants.instant < coalesce({relation}.valid_to, 'infinity')
        """
        for relation in ("said", "now", "restated")
    )
)


@contextmanager
def _attached(**databases: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, path in databases.items():
            connection.execute(f"attach '{path}' as {name} (read_only)")
        yield connection


def _only_in_one(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    ours, theirs = f"from incremental.{table}", f"from full_build.{table}"
    return connection.execute(
        f"select 'incremental', * from ({ours} except all {theirs}) "
        f"union all select 'full', * from ({theirs} except all {ours}) limit 6"
    ).fetchall()
