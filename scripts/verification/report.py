"""What a person sees: the first differences with the facts behind them, and one summary line."""

from collections import Counter
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.table import Table

from verification.comparison import Outcome
from verification.differences import Difference
from verification.expectation import TableRow
from verification.instants import NEVER, to_text
from verification.marts import HOT_TRIGGERS
from verification.oracle import Oracle

_EVENTS_SHOWN = 8
_HITS_SHOWN = 8
_INSTANT_COLUMNS = ("valid_from", "valid_to", "hot_until", "as_of")


def print_outcome(console: Console, oracle: Oracle, outcome: Outcome, show: int) -> None:
    """Print at most `show` differences, one of each kind first, then what was checked."""
    kinds = Counter(difference.kind for difference in outcome.differences)
    for difference in _varied(outcome.differences)[:show]:
        print_difference(console, oracle, difference)
    if len(outcome.differences) > show:
        console.rule(style="dim")
        for (table, what), count in kinds.most_common():
            console.print(f"{count:,} x {table}: {what}", markup=False, highlight=False)
    if outcome.episodes is None:
        console.print(f"{HOT_TRIGGERS.name} is not built, and was left out.", style="yellow")
    checked = [
        f"{outcome.users:,} users",
        f"{outcome.models} models",
        f"{outcome.instants:,} instants",
        *([] if outcome.episodes is None else [f"{outcome.episodes:,} hot episodes"]),
    ]
    console.print(
        f"{', '.join(checked)} checked, {len(outcome.differences):,} differences.",
        highlight=False,
        soft_wrap=True,
        style="bold red" if outcome.differences else "bold green",
    )


def _varied(differences: list[Difference]) -> list[Difference]:
    """The first of each kind, then the rest: twenty rows of one cause say no more than one."""
    first = {difference.kind: difference for difference in reversed(differences)}
    shown = {id(difference) for difference in first.values()}
    return sorted(differences, key=lambda difference: id(difference) not in shown)


def print_difference(console: Console, oracle: Oracle, difference: Difference) -> None:
    """One difference: which row, both answers, and the raw facts that matter."""
    name = "  ".join(
        f"{column} {_show(column, value)}" for column, value in difference.name.items()
    )
    table = Table(
        "column", "expected", "in the table", title=difference.table, title_justify="left"
    )
    for column, (expected, found) in difference.columns.items():
        if difference.problem:
            is_missing = difference.problem.startswith("expected")
            expected, found = (expected, "-") if is_missing else ("-", found)
        table.add_row(column, _show(column, expected), _show(column, found))
    console.rule(style="dim")
    console.print(name, markup=False, highlight=False)
    if difference.problem:
        console.print(difference.problem, style="yellow")
    console.print(table)
    if difference.table == HOT_TRIGGERS.name:
        _print_hits(console, oracle, difference.name)
    user_id = difference.name.get("user_id")
    if user_id in oracle.entities.people and difference.at is not None:
        _print_facts(console, oracle, user_id, difference.at)


def _print_hits(console: Console, oracle: Oracle, name: TableRow) -> None:
    """The hits of the trigger, from the firing in question on."""
    for model in oracle.rules.models:
        for trigger in (*model.user_triggers, *model.company_triggers):
            if (model.model_id, trigger.trigger_id) == (name["model_id"], name["trigger_id"]):
                hits = oracle.triggers.hits(trigger, name["subject_id"])
                later = [to_text(hit) for hit in hits if hit >= name["fired_at"]]
                console.print(f"hits from there on: {len(later):,}, the first:", highlight=False)
                console.print("\n".join(f"  {hit}" for hit in later[:_HITS_SHOWN]), highlight=False)


def _print_facts(console: Console, oracle: Oracle, user_id: str, at: int) -> None:
    """The rows in force, the metrics and the latest events of a user at an instant."""
    entities = oracle.entities
    person = entities.people[user_id]
    lines = [
        f"users: {_row(person.history.at(at))}",
        f"account: {_row(entities.account_row(entities.account_at(user_id, at), at))}",
    ]
    if person.start is not None and at >= person.start:
        readings = oracle.scoring.readings(user_id, at)
        known = {metric_id: readings[metric_id] for metric_id in oracle.rules.metrics}
        lines.append(
            "metrics: "
            + ", ".join(f"{name} {_show('', value)}" for name, value in known.items() if value)
        )
    past = [event for event in person.events if event.at <= at]
    lines.append(f"events at or before {to_text(at)}: {len(past):,}, the latest:")
    for event in past[-_EVENTS_SHOWN:]:
        details = [event.key, event.account_id, event.object_id, event.target_user_id]
        known_details = " ".join(detail for detail in details if detail)
        lines.append(f"  {to_text(event.at)}  {event.name}  {known_details}")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _row(values: dict[str, Any]) -> str:
    known = {column: value for column, value in values.items() if value is not None}
    return ", ".join(f"{column} {_show(column, value)}" for column, value in known.items()) or "-"


def _show(column: str, value: Any) -> str:
    is_instant = column.endswith("_at") or column in _INSTANT_COLUMNS
    if value is None:
        return "null"
    if is_instant and isinstance(value, int) and abs(value) < NEVER:
        return to_text(value)
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)
