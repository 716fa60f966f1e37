"""What a build tells the person who ran it: rule problems, failures, what came in."""

import duckdb
from rich.console import Console

from pql.console import new_table, printable
from pql.dbt_run import Run, Trouble
from pql.project import intermediate_schema

_INTAKE_REMARKS = (
    ("rows_rejected", "rejected"),
    ("duplicates", "repeated"),
    ("corrected", "corrected"),
    ("deleted", "deleted"),
    ("clamped", "clamped to their load time"),
)


def print_summary(console: Console, run: Run) -> None:
    """One line on what was done."""
    tests = run.counts.get("test", 0) + run.counts.get("unit_test", 0)
    seeds = run.counts.get("seed", 0)
    rest = f" from {seeds} seed files" if seeds else "; views and seeds stand as they were"
    console.print(
        f"Built {run.counts.get('model', 0)} models{rest}; "
        f"{tests} tests passed ({run.seconds:.0f} s)."
    )
    for warning in run.warnings:
        console.print(f"Warning: {_in_words(warning)}", style="yellow")


def print_failures(console: Console, failures: list[Trouble]) -> None:
    """What failed, each with dbt's own message."""
    for failure in failures:
        console.print(f"Failed: {_in_words(failure)}", style="red")
    console.print("Nothing was published; logs/dbt.log holds every statement that was run.")


def print_rule_problems(console: Console, connection: duckdb.DuckDBPyConnection) -> bool:
    """The rules that contradict each other or name what is not there; says whether any do."""
    problems = connection.execute(
        f"""
        select seed, row_key, problem, remedy
        from "{intermediate_schema()}".int_pql__rule_problems
        order by seed, row_key, problem, remedy
        """
    ).fetchall()
    if not problems:
        return False
    table = new_table("The rules cannot be used as they are; nothing was published")
    for heading in ("Seed", "Row", "Problem", "Remedy"):
        table.add_column(heading, overflow="fold")
    for problem in problems:
        table.add_row(*map(printable, problem))
    console.print(table)
    return True


def print_intake(console: Console, connection: duckdb.DuckDBPyConnection) -> None:
    """What came in, table by table, in one line."""
    cursor = connection.execute(
        f"""
        select *
        from "{intermediate_schema()}".int_pql__intake
        where rows_in > 0
        order by rows_in desc, table_name
        """
    )
    columns = [column[0] for column in cursor.description]
    tables, rejected = [], 0
    for values in cursor.fetchall():
        row = dict(zip(columns, values, strict=True))
        rejected += row["rows_rejected"]
        remarks = [f"{row[column]:,} {word}" for column, word in _INTAKE_REMARKS if row[column]]
        remark = f" ({', '.join(remarks)})" if remarks else ""
        tables.append(f"{row['rows_in']:,} {row['table_name']}{remark}")
    console.print(f"Read {', '.join(tables) or 'nothing: the raw tables are empty'}.")
    if rejected:
        console.print("The table pql_rejected_rows names every rejected row and why.")


def _in_words(trouble: Trouble) -> str:
    return f"{trouble.node}: {trouble.message}"
