"""What the evaluation found: for each model, whether its score predicts who converts."""

from itertools import groupby

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
    select horizon_days, verdict, count(*) as signals
    from marts.pql_signal_lift
    where horizon_days = (select min(horizon_days) from marts.pql_signal_lift)
    group by horizon_days, verdict
    order by signals desc, verdict
"""

_WORDS = ("Days", "The score", "Being a PQL")
_INTERVALS = ("Base rate %", "PQLs %", "Lift of top", "AUC")


def print_verdicts(console: Console, marts: Marts) -> None:
    """One table a model, one line a horizon; then what is to be said of its people and metrics."""
    verdicts = marts.rows(_VERDICTS)
    if not verdicts:
        console.print("No model scores free users: there is nothing to evaluate.")
        return
    console.print(f"What became of free users, as of {instant_text(verdicts[0]['as_of'])} UTC.")
    for model, rows in groupby(verdicts, lambda row: f"{row['model_id']} {row['model_version']}"):
        _print_model(console, model, list(rows))
    signals = marts.rows(_SIGNALS)
    if signals:
        counts = ", ".join(f"{row['signals']} {row['verdict']}" for row in signals)
        days = signals[0]["horizon_days"]
        console.print(f"Signals, {days} days: {counts} (pql_signal_lift).")


def _print_model(console: Console, model: str, rows: list[Record]) -> None:
    console.print()
    table = new_table(model)
    for heading in _WORDS:
        table.add_column(heading, no_wrap=True)
    for heading in _INTERVALS:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            str(row["horizon_days"]),
            row["verdict"],
            row["pql_verdict"],
            _interval(row, "base_conversion_rate", 100, ".1f"),
            _interval(row, "pql_conversion_rate", 100, ".1f"),
            _interval(row, "top_lift", 1, ".1f"),
            _interval(row, "auc", 1, ".2f"),
        )
    console.print(table)
    for row in rows:
        if row["conversions_needed"]:
            console.print(
                f"{row['horizon_days']} days: {row['converting_clusters']} people or companies "
                f"converted; it takes {row['conversions_needed']} more."
            )
    console.print(_people(rows[0]))
    if rows[0]["metrics_that_may_know_the_future"]:
        console.print(f"May know the future: {rows[0]['metrics_that_may_know_the_future']}.")


def _interval(row: Record, name: str, times: int, form: str) -> str:
    """A number and the ends of its interval, as far as they are known."""
    if row[name] is None:
        return ""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    bounds = f" ({low * times:{form}}-{high * times:{form}})" if low is not None else ""
    return f"{row[name] * times:{form}}{bounds}"


def _people(row: Record) -> str:
    return (
        f"Of {row['converted_users']:,} people who converted, {row['missed_users']:,} had never "
        f"been PQLs; of {row['flagged_users']:,} PQLs {row['rejected_users']:,} were rejected by "
        f"reps, {row['churned_users']:,} bought and left."
    )
