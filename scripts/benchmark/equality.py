"""Do the models and the script by hand give the same rows?"""

from pathlib import Path

import duckdb

from pql.database import quoted

TABLES = ("pql_scores", "pql_score_history", "pql_score_ledger", "pql_transitions")


def rows_and_differences(built: Path, by_hand: Path) -> dict[str, tuple[int, int]]:
    """For each table how many rows the models give, and how many rows only one side has."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(built)} as built (read_only)")
        connection.execute(f"attach {quoted(by_hand)} as by_hand (read_only)")
        return {table: _compare(connection, table) for table in TABLES}


def _compare(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int]:
    ours, theirs = f"from built.pql.{table}", f"from by_hand.{table}"
    row = connection.execute(
        f"""
        select
            (select count(*) {ours}),
            (select count(*) from ({ours} except all {theirs}))
            + (select count(*) from ({theirs} except all {ours}))
        """
    ).fetchone()
    assert row is not None
    return row
