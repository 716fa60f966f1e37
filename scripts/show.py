"""Shows what the last build found: the leads, one person's score, restatements, the rules."""

from pathlib import Path

import click

from pql.console import UserError, open_console
from pql.explanation import explain_user
from pql.leads import DEFAULT_LIMIT, print_leads
from pql.marts import open_marts
from pql.restatements import print_restatements
from pql.rule_files import default_model, rules_folder
from pql.rulebook import read_folder
from pql.rules_prose import print_model


@click.group(help=__doc__)
def show() -> None:
    """The commands below."""


@show.command()
@click.option("--model", help="Scoring model; the project's default if none is named.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=DEFAULT_LIMIT, show_default=True, help="Rows."
)
def leads(model: str | None, limit: int) -> None:
    """The leads to answer first."""
    with open_marts() as marts:
        model_id = marts.model(model, default_model(rules_folder()))
        print_leads(open_console(), marts, model_id, limit)


@show.command()
@click.option("--model", help="Scoring model; the project's default if none is named.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=DEFAULT_LIMIT, show_default=True, help="Rows."
)
def restatements(model: str | None, limit: int) -> None:
    """Where runs said something else of the past than runs before them, and why."""
    with open_marts() as marts:
        model_id = marts.model(model, default_model(rules_folder()))
        print_restatements(open_console(), marts, model_id, limit)


@show.command()
@click.option("--user", help="Id of the person, as the leads list it.")
@click.option(
    "--at", help="Instant to explain, such as 2026-03-31T12:00:00Z; else the last build's."
)
@click.option("--model", help="Scoring model; the project's default if none is named.")
def explain(user: str | None, at: str | None, model: str | None) -> None:
    """Why one person has the score they have, line by line."""
    if not user:
        raise UserError("Name the person with USER=<user_id>; `make leads` lists some.")
    with open_marts() as marts:
        model_id = marts.model(model, default_model(rules_folder()))
        explain_user(open_console(), marts, model_id, user, at)


@show.command()
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="Folder with the rule files; else that of PQL_RULES_DIR, else seeds/rules.",
)
@click.option("--model", help="Only this scoring model.")
def rules(rules: Path | None, model: str | None) -> None:
    """Every scoring rule in plain words."""
    rulebook = read_folder(rules_folder(rules))
    console = open_console()
    for place, model_id in enumerate(rulebook.choose_models(model)):
        if place:
            console.print()
        print_model(console, rulebook, model_id)


if __name__ == "__main__":
    show()
