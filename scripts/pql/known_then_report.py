"""What could have been claimed with what was known then, beside what is claimed today."""

from pathlib import Path

import duckdb
from rich.console import Console

from pql.console import new_table
from pql.database import quoted
from pql.marts import Marts, Record
from pql.project import marts_schema

_MODELS = """
    select
        today.model_id || ' ' || today.model_version as model, today.horizon_days,
        today.pql_conversion_rate as rate, known_then.pql_conversion_rate as rate_then,
        today.top_lift as lift, known_then.top_lift as lift_then,
        today.auc, known_then.auc as auc_then
    from {today}.pql_model_verdicts as today
    left join {known_then}.pql_model_verdicts as known_then
        using (model_id, model_version, horizon_days, period)
    where period = 'all' and today.observations > 0
    order by model_id, model_version, horizon_days
"""

# Signals whose lift moved most, by the shortest horizon.
_SIGNALS = """
    select
        model_id, signal_type || ' ' || signal_id as signal,
        today.lift, coalesce(known_then.lift, 0) as lift_then,
        coalesce(today.may_know_the_future_because, '') as reason
    from {today}.pql_signal_lift as today
    left join {known_then}.pql_signal_lift as known_then
        using (model_id, model_version, horizon_days, signal_type, signal_id)
    where horizon_days = (select min(horizon_days) from {today}.pql_signal_lift)
        and today.verdict = 'converts more'
    order by ln(greatest(lift_then, 0.01) / today.lift), model_id, signal
    limit 10
"""


def print_changes(console: Console, today: Path, known_then: Path) -> None:
    """Compares two evaluated databases: that of today, and one of what was known then."""
    with duckdb.connect() as connection:
        schemas = {}
        for name, path in (("today", today), ("known_then", known_then)):
            connection.execute(f"attach {quoted(path)} as evaluated_{name} (read_only)")
            schemas[name] = f'evaluated_{name}."{marts_schema()}"'
        evaluated = Marts(connection)
        models = evaluated.rows(_MODELS.format_map(schemas))
        signals = evaluated.rows(_SIGNALS.format_map(schemas))
    _print_models(console, models)
    _print_signals(console, signals)


def _print_models(console: Console, models: list[Record]) -> None:
    table = new_table("By today's knowledge, and as it was known at each instant")
    for heading in ("Model", "Days", "PQLs convert %", "Lift of top", "AUC"):
        table.add_column(heading)
    for row in models:
        table.add_row(
            row["model"],
            str(row["horizon_days"]),
            _change(row, "rate", 100, ".1f"),
            _change(row, "lift", 1, ".1f"),
            _change(row, "auc", 1, ".2f"),
        )
    console.print(table)


def _print_signals(console: Console, signals: list[Record]) -> None:
    table = new_table("Signals whose lift was least known then")
    for heading in ("Model", "Signal", "Lift", "May know the future"):
        table.add_column(heading, overflow="fold")
    for row in signals:
        table.add_row(row["model_id"], row["signal"], _change(row, "lift", 1, ".1f"), row["reason"])
    console.print(table)


def _change(row: Record, name: str, times: int, form: str) -> str:
    values = (row[name], row[f"{name}_then"])
    return " -> ".join("none" if value is None else f"{value * times:{form}}" for value in values)
