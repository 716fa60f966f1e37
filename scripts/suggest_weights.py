"""Suggests points for the rules of a model, from what became of the users it scored.

Learns on the earlier instants of the evaluation, tries the points on the later ones, and writes two
files: pql_rules.csv, the model's rules as a next version, and evidence.csv. Nothing is applied.
"""

import csv
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from pql.console import UserError, new_table, open_console
from pql.database import open_database
from pql.project import PROJECT, database_path, shown
from pql.rule_files import default_model, read_rules, rules_folder
from pql.words import Row
from suggestion.history import History, read_history
from suggestion.proposal import Suggestion, Trial, suggest, try_out

_LAYERS_WITH_CAP = ("activation", "usage", "fit", "intent")


@click.command(help=__doc__)
@click.option("--model", help="Scoring model; the project's default if none is named.")
@click.option("--days", type=int, default=30, show_default=True, help="Horizon of a conversion.")
@click.option("--rules", type=click.Path(path_type=Path), help="Folder with the rule files.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=PROJECT / "target/suggestion",
    help="Folder to write to, target/suggestion unless given.",
)
def suggest_weights(model: str | None, days: int, rules: Path | None, out: Path) -> None:
    """Reads the evaluation, learns, tries, writes."""
    folder = rules_folder(rules)
    model_id, tables = model or default_model(folder), read_rules(folder)
    with open_database(database_path()) as connection:
        history = read_history(connection, model_id, days)
    version = str(history.model_version)
    own = [row for row in tables["pql_rules"] if _is_of(row, model_id, version)]
    settings = [row for row in tables["pql_models"] if _is_of(row, model_id, version)]
    if not own or not settings:
        raise UserError(
            f"{shown(folder)} has no rules of {model_id}, version {version}, which was evaluated "
            "last; name the folder of the build with RULES=."
        )
    caps = {layer: int(cap) for layer in _LAYERS_WITH_CAP if (cap := settings[0][f"{layer}_cap"])}
    console = open_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Learning from resampled clusters", total=None)
        suggestions = suggest(
            history, own, caps, lambda done, of: progress.update(task, completed=done, total=of)
        )
    trial = try_out(history, suggestions, caps)
    _write(out, own, suggestions)
    _print(console, f"{model_id}, version {version}, {days} days", history, suggestions, trial)
    console.print(f"Written to {shown(out)}/: pql_rules.csv, evidence.csv. Nothing was applied.")


def _is_of(row: Row, model_id: str, version: str) -> bool:
    return (row["model_id"], row["model_version"]) == (model_id, version)


def _write(out: Path, rules: list[Row], suggestions: list[Suggestion]) -> None:
    points = {suggestion.rule_id: suggestion.suggested for suggestion in suggestions}
    next_version = [
        rule
        | {
            "model_version": str(int(rule["model_version"] or 0) + 1),
            "points": str(points[str(rule["rule_id"])]),
        }
        for rule in rules
    ]
    out.mkdir(parents=True, exist_ok=True)
    evidence = [vars(suggestion) for suggestion in suggestions]
    for name, rows in (("pql_rules.csv", next_version), ("evidence.csv", evidence)):
        with (out / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _print(
    console: Console, title: str, history: History, suggestions: list[Suggestion], trial: Trial
) -> None:
    table = new_table(title)
    for heading in ("Rule", "Layer", "Points", "Suggested", "Log-odds", "Remark"):
        table.add_column(heading, overflow="fold")
    for item in sorted(suggestions, key=lambda item: (-item.suggested, item.rule_id)):
        if item.points or item.suggested:
            odds = "" if item.log_odds is None else f"{item.log_odds:.2f}"
            bounds = "" if item.low is None else f" ({item.low:.2f} to {item.high:.2f})"
            table.add_row(
                *(item.rule_id, item.layer, str(item.points), str(item.suggested)),
                *(f"{odds}{bounds}", item.remark),
            )
    console.print(table)
    console.print(
        f"Learned from {len(history.earlier.scores):,} observations, of which "
        f"{history.earlier.converts.sum():,} converted; tried on {len(history.later.scores):,} "
        "later ones:"
    )
    console.print(f"  AUC {trial.auc_today:.3f} today, {trial.auc_suggested:.3f} as suggested;")
    console.print(
        f"  of as many on top as convert, {trial.converting_today:.1%} convert today, "
        f"{trial.converting_suggested:.1%} as suggested."
    )


if __name__ == "__main__":
    suggest_weights()
