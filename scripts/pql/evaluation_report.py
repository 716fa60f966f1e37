"""What the evaluation found, in a table: for each model whether its score predicts."""

from rich.console import Console

from pql.console import new_table
from pql.instants import instant_text
from pql.marts import Marts, Record

_VERDICTS = """
    select *
    from marts.pql_model_verdicts
    where period = 'all'
    order by model_id, model_version, horizon_days
"""

_SIGNALS = """
    select verdict, count(*) as signals
    from marts.pql_signal_lift
    where horizon_days = (select min(horizon_days) from marts.pql_signal_lift)
    group by verdict
    order by verdict
"""


def print_verdicts(console: Console, marts: Marts) -> None:
    """One line a model and horizon, then what is wrong with the models as a whole."""
    verdicts = marts.rows(_VERDICTS)
    if not verdicts:
        console.print("No model scores free users: there is nothing to evaluate.")
        return
    console.print(f"What became of free users, as of {instant_text(verdicts[0]['as_of'])} UTC")
    table = new_table()
    for heading in ("Model", "Days", "Verdict", "Converting", "All", "PQLs", "Lift of top", "AUC"):
        table.add_column(heading, overflow="fold")
    for row in verdicts:
        table.add_row(
            f"{row['model_id']} {row['model_version']}",
            str(row["horizon_days"]),
            _verdict(row),
            f"{row['converting_clusters']:,} of {row['clusters']:,}",
            _interval(row, "base_conversion_rate", ".1%"),
            _interval(row, "pql_conversion_rate", ".1%"),
            _interval(row, "top_lift", ".1f"),
            _interval(row, "auc", ".2f"),
        )
    console.print(table)
    for row in _one_a_model(verdicts):
        console.print(_people(row))
        if row["metrics_that_may_know_the_future"]:
            console.print(f"  May know the future: {row['metrics_that_may_know_the_future']}.")
    counts = [f"{row['signals']} {row['verdict']}" for row in marts.rows(_SIGNALS)]
    if counts:
        console.print(f"Signals: {', '.join(counts)} (pql_signal_lift).")


def _verdict(row: Record) -> str:
    needed = row["conversions_needed"]
    return f"{row['verdict']}: {needed} more needed" if needed else row["verdict"]


def _interval(row: Record, name: str, form: str) -> str:
    if row[name] is None:
        return ""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    bounds = f" ({low:{form}} to {high:{form}})" if low is not None else ""
    return f"{row[name]:{form}}{bounds}"


def _one_a_model(verdicts: list[Record]) -> list[Record]:
    return list({(row["model_id"], row["model_version"]): row for row in verdicts}.values())


def _people(row: Record) -> str:
    return (
        f"{row['model_id']} {row['model_version']}: of {row['converted_users']:,} who converted "
        f"{row['missed_users']:,} were never PQLs; of {row['flagged_users']:,} PQLs reps rejected "
        f"{row['rejected_users']:,}, and {row['churned_users']:,} bought and left."
    )
