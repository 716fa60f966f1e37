"""Every model of a rulebook as prose, so that a rule can be read and disputed without SQL."""

import textwrap
from collections.abc import Iterator

from rich.console import Console

from pql import words
from pql.rulebook import LAYERS, Rulebook
from pql.words import Row

_QUALIFICATIONS = {
    "pillars_and_score": "A person qualifies with {threshold} points and every pillar held.",
    "score_only": "A person qualifies with {threshold} points.",
    "pillars_only": "A person qualifies with every pillar held, whatever the score.",
}


def print_model(console: Console, rulebook: Rulebook, model_id: str) -> None:
    """One model: all of its versions, then what does not change with versions."""
    for version in rulebook.versions(model_id):
        name = f"{model_id}, version {version['model_version']}"
        console.print(f"{name}, in force from {version['valid_from']}", style="bold")
        for heading, lines in _version_sections(rulebook, version):
            _print_section(console, heading, lines)
    _print_section(console, "Hot triggers", list(_triggers(rulebook, model_id)))
    _print_section(console, "Left out, the first that applies", _exclusions(rulebook, model_id))


def _print_section(console: Console, heading: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print(f"  {heading}", style="cyan")
    for line in lines:
        console.print(
            textwrap.fill(line, console.width, initial_indent=" " * 4, subsequent_indent=" " * 6)
        )


def _version_sections(rulebook: Rulebook, version: Row) -> Iterator[tuple[str, list[str]]]:
    model_id, number = version["model_id"] or "", version["model_version"]
    yield "Purpose", _purpose(version)
    yield "Activation is", _activation(rulebook, version)
    rules = rulebook.of_model("pql_rules", model_id, number)
    for layer in LAYERS:
        scored = [rule for rule in rules if rule["layer"] == layer and rule["points"] != "0"]
        cap = version.get(f"{layer}_cap")
        heading = f"Points for {layer}" + (f", at most {cap}" if cap else "")
        yield heading, list(_rules(rulebook, scored))
    context = [rule for rule in rules if rule["points"] == "0"]
    yield (
        "Shown without points",
        [_joined(rulebook.topic(rule) for rule in context)] * bool(context),
    )
    yield "Pillars", list(_pillars(rulebook, model_id, number))


def _purpose(version: Row) -> list[str]:
    qualification = version["qualification"] or ""
    sentence = _QUALIFICATIONS.get(qualification, qualification)
    lines = [
        f"{version['change_note']} (owner: {version['owner']}; for {version['audience']} users).",
        sentence.format(threshold=version["pql_threshold"]),
    ]
    if version["hot_threshold"]:
        lines.append(f"Who qualifies and has {version['hot_threshold']} points is hot.")
    return lines


def _activation(rulebook: Rulebook, version: Row) -> list[str]:
    steps = rulebook.seeds["pql_activation_steps"]
    own = [row for row in steps if row["activation_id"] == version["activation_id"]]
    return [_joined(rulebook.step(step) for step in own)] * bool(own)


def _rules(rulebook: Rulebook, rules: list[Row]) -> Iterator[str]:
    # Rows of one rule_id are alternatives and give their points once.
    for rule_id in dict.fromkeys(rule["rule_id"] for rule in rules):
        rows = [rule for rule in rules if rule["rule_id"] == rule_id]
        points = words.points(int(rows[0]["points"] or 0))
        yield f"{points} for {' or '.join(rulebook.phrase(row) for row in rows)}"


def _pillars(rulebook: Rulebook, model_id: str, version: str | None) -> Iterator[str]:
    rows = rulebook.of_model("pql_pillars", model_id, version)
    for pillar in dict.fromkeys(row["pillar"] for row in rows):
        conditions = [row for row in rows if row["pillar"] == pillar]
        yield f"{pillar}: {rulebook.pillar(conditions)}"


def _triggers(rulebook: Rulebook, model_id: str) -> Iterator[str]:
    for row in rulebook.of_model("pql_hot_triggers", model_id):
        quiet = int(row["rearm_quiet_hours"] or 0)
        rearms = f"after {words.period(quiet)} of quiet" if quiet else "at once"
        yield (
            f"{words.spaced(row['trigger_id'] or '')}: {rulebook.phrase(row)}. "
            f"Answer within {words.period(int(row['respond_hours'] or 0))}, "
            f"hot for {words.period(int(row['hot_hours'] or 0))}, alerts again {rearms}; "
            f"makes the {row['entity_type']} hot, lane {row['lane']}."
        )


def _exclusions(rulebook: Rulebook, model_id: str) -> list[str]:
    active = [
        row for row in rulebook.of_model("pql_exclusions", model_id) if row["is_active"] == "true"
    ]
    active.sort(key=lambda row: int(row["precedence"] or 0))
    return [f"{place}. {row['label']}" for place, row in enumerate(active, start=1)]


def _joined(parts: Iterator[str]) -> str:
    return "; ".join(parts)
