"""One person's score at one instant, in words: what they have, what they lack, what comes next."""

from dataclasses import dataclass
from datetime import datetime

from rich.console import Console

from pql import words
from pql.console import UserError, new_table, printable
from pql.instants import instant_text, parse_instant
from pql.marts import Marts, Record
from pql.rulebook import LAYERS, Rulebook, read_published

_TRANSITIONS_SHOWN = 6
_RANKS = ("excluded", "not_qualified", "candidate", "pql", "hot")
_COMPARED = ("status", "score", "qualified_by", "pillars_missing", "ineligibility_reason")


@dataclass(frozen=True)
class Subject:
    """Whom and when an explanation is about."""

    marts: Marts
    rulebook: Rulebook
    model_id: str
    user_id: str
    instant: datetime

    def rows(self, sql: str, *parameters: object) -> list[Record]:
        """Rows of a mart about this person under this model: `sql` goes on after the filter."""
        return self.marts.rows(sql, self.model_id, self.user_id, *parameters)


def explain_user(
    console: Console, marts: Marts, model_id: str, user_id: str, at: str | None
) -> None:
    """Prints the explanation, or says in one sentence why there is none."""
    _check_known(marts, model_id, user_id)
    as_of = marts.as_of()
    instant = parse_instant(at, "AT") if at else as_of
    subject = Subject(marts, read_published(marts.connection), model_id, user_id, instant)
    state = _state(subject)
    _print_status(console, subject, state)
    _print_ledger(console, subject, state)
    _print_pillars(console, subject, state)
    _print_next_change(console, subject, state)
    _print_transitions(console, subject)
    console.print(f"\nWhat is later than {instant_text(as_of)} UTC holds if nothing more happens.")


def _check_known(marts: Marts, model_id: str, user_id: str) -> None:
    if marts.rows("select 1 from marts.pql_score_history where user_id = ? limit 1", user_id):
        return
    closest = marts.rows(
        """
        select user_id
        from marts.pql_scores
        where model_id = ?
        order by jaro_winkler_similarity(lower(user_id), lower(?)) desc, user_id
        limit 3
        """,
        model_id,
        user_id,
    )
    ids = ", ".join(printable(row["user_id"]) for row in closest)
    hint = f"; the closest ids are {ids}." if ids else "; nobody is scored."
    raise UserError(f"Nobody has the user_id {user_id!r}{hint}")


def _state(subject: Subject) -> Record:
    """The row of the score history in force at the instant."""
    history = subject.rows(
        """
        select *
        from marts.pql_score_history
        where model_id = ? and user_id = ?
        order by valid_from
        """
    )
    if not history:
        raise UserError(f"{subject.user_id!r} is not scored by the model {subject.model_id}.")
    held = [row for row in history if row["valid_from"] <= subject.instant]
    if not held:
        start = instant_text(history[0]["valid_from"])
        raise UserError(
            f"At {instant_text(subject.instant)} UTC {subject.user_id!r} had no score yet; "
            f"it begins at {start} UTC."
        )
    return held[-1]


def _print_status(console: Console, subject: Subject, state: Record) -> None:
    user, version = printable(subject.user_id), state["model_version"]
    console.print(f"{user} under {subject.model_id}, version {version}", style="bold")
    parts = [f"At {instant_text(subject.instant)} UTC: {state['status']}, score {state['score']}"]
    if state["qualified_by"]:
        by = {"both": "score and trigger"}.get(state["qualified_by"], state["qualified_by"])
        parts.append(f"qualified by {by}")
    if state["ineligibility_reason"]:
        parts.append(f"left out: {_exclusion(subject, state['ineligibility_reason'])}")
    console.print(f"{'; '.join(parts)}.")
    for score in subject.rows(
        "select * from marts.pql_scores where model_id = ? and user_id = ? and as_of = ?",
        subject.instant,
    ):
        _print_now(console, subject, score)


def _print_now(console: Console, subject: Subject, score: Record) -> None:
    """What only the current scores know."""
    if score["account_id"]:
        console.print(f"Account: {printable(score['account_id'])}.")
    for trigger_id in (score["hot_triggers"] or "").split(", "):
        if trigger_id:
            console.print(f"Hot trigger: {_trigger(subject, trigger_id)}.")
    if score["respond_by_at"]:
        console.print(f"Answer by {instant_text(score['respond_by_at'])} UTC.")
    if score["points_to_pql"] and score["status"] != "excluded":
        console.print(f"Points missing to the PQL threshold: {score['points_to_pql']}.")
    if score["next_step"]:
        console.print(f"Shortest way to qualify: {printable(score['next_step'])}.")


def ledger(subject: Subject) -> list[tuple[Record, str]]:
    """The lines that count at the instant, the layers in order, each with what it is for."""
    lines = subject.rows(
        f"""
        select *
        from marts.pql_score_ledger
        where model_id = ? and user_id = ? and valid_from <= ? and coalesce(valid_to > ?, true)
        order by
            list_position(['rule', 'cap', 'floor', 'exclusion'], line_type),
            list_position({list(LAYERS)}, layer),
            points desc,
            line_id
        """,
        subject.instant,
        subject.instant,
    )
    return [(line, _line(subject, line)) for line in lines]


def _print_ledger(console: Console, subject: Subject, state: Record) -> None:
    table = new_table()
    table.add_column("Points", justify="right")
    table.add_column("For", ratio=1)
    table.add_column("Since (UTC)", no_wrap=True)
    table.add_column("Until (UTC)", no_wrap=True)
    for line, what in ledger(subject):
        table.add_row(
            words.points(line["points"]),
            what,
            instant_text(line["valid_from"]),
            instant_text(line["valid_to"]) if line["valid_to"] else "",
            style="dim" if line["points"] == 0 else None,
        )
    table.add_section()
    table.add_row(str(state["score"]), "Score", "", "", style="bold")
    console.print()
    console.print(table)
    console.print()


def _line(subject: Subject, line: Record) -> str:
    if line["line_type"] == "cap":
        return f"Cap of the layer {line['layer']}"
    if line["line_type"] == "floor":
        return "No score is below 0"
    if line["line_type"] == "exclusion":
        return "Left out: nothing counts"
    version = str(line["model_version"])
    return _rule(subject, version, line["line_id"], line["metric_id"])


def _rule(subject: Subject, version: str, rule_id: str, metric_id: str | None) -> str:
    """A rule in words; of its alternatives the one on the metric, where that is known."""
    rules = [
        rule
        for rule in subject.rulebook.of_model("pql_rules", subject.model_id, version)
        if rule["rule_id"] == rule_id
    ]
    own = [rule for rule in rules if rule["metric_id"] == metric_id] or rules
    return " or ".join(subject.rulebook.statement(rule) for rule in own) or words.spaced(rule_id)


def _print_pillars(console: Console, subject: Subject, state: Record) -> None:
    if state["pillars_held"]:
        console.print(f"Pillars held: {state['pillars_held']}.")
    conditions = subject.rulebook.of_model(
        "pql_pillars", subject.model_id, str(state["model_version"])
    )
    for pillar in (state["pillars_missing"] or "").split(", "):
        texts = {row["missing_text"] for row in conditions if row["pillar"] == pillar}
        for text in sorted(text for text in texts if text):
            console.print(f"Pillar missing: {pillar}. {text}.")


def _print_next_change(console: Console, subject: Subject, state: Record) -> None:
    changes = subject.rows(
        """
        select *
        from marts.pql_score_history
        where model_id = ? and user_id = ? and valid_from = ?
        """,
        state["valid_to"],
    )
    for after in changes:
        differences = [
            f"{words.spaced(column)} {printable(state[column]) or 'none'} -> "
            f"{printable(after[column]) or 'none'}"
            for column in _COMPARED
            if state[column] != after[column]
        ]
        what = ", ".join(differences) or "points move between layers"
        when = instant_text(after["valid_from"])
        console.print(f"Next change: {when} UTC, {what}.")


def _print_transitions(console: Console, subject: Subject) -> None:
    transitions = subject.rows(
        """
        select *
        from marts.pql_transitions
        where model_id = ? and user_id = ? and transitioned_at <= ?
        order by transitioned_at desc
        limit ?
        """,
        subject.instant,
        _TRANSITIONS_SHOWN,
    )
    table = new_table()
    table.add_column("When (UTC)", no_wrap=True)
    table.add_column("Status")
    table.add_column("Score")
    table.add_column("Because", ratio=1)
    for row in transitions:
        before = "" if row["from_status"] is None else f"{row['from_status']} -> "
        score = "" if row["score_before"] is None else f"{row['score_before']} -> "
        table.add_row(
            instant_text(row["transitioned_at"]),
            before + row["to_status"],
            score + str(row["score_after"]),
            _cause(subject, row),
        )
    console.print()
    console.print(table)


def _cause(subject: Subject, transition: Record) -> str:
    kind, _, name = transition["cause"].partition(":")
    version = str(transition["model_version"])
    if kind == "start":
        return "First known"
    if kind == "version":
        return f"Version {name} of the model came into force"
    if kind == "exclusion":
        is_new = transition["to_status"] == "excluded"
        return f"{'Left out' if is_new else 'No longer left out'}: {_exclusion(subject, name)}"
    if kind == "trigger":
        is_new = transition["to_status"] == "hot"
        return f"{'Trigger' if is_new else 'Trigger over'}: {_trigger(subject, name)}"
    if kind == "pillar":
        is_new = _RANKS.index(transition["to_status"]) > _RANKS.index(transition["from_status"])
        conditions = subject.rulebook.of_model("pql_pillars", subject.model_id, version)
        own = [row for row in conditions if row["pillar"] == name]
        return f"Pillar {name} {'held' if is_new else 'lost'}: {subject.rulebook.pillar(own)}"
    is_new = transition["score_after"] > (transition["score_before"] or 0)
    return ("" if is_new else "No longer: ") + _rule(subject, version, name, None)


def _exclusion(subject: Subject, reason: str) -> str:
    for row in subject.rulebook.of_model("pql_exclusions", subject.model_id):
        if row["reason"] == reason and row["label"]:
            return row["label"]
    return words.spaced(reason)


def _trigger(subject: Subject, trigger_id: str) -> str:
    for row in subject.rulebook.of_model("pql_hot_triggers", subject.model_id):
        if row["trigger_id"] == trigger_id:
            return subject.rulebook.statement(row)
    return words.spaced(trigger_id)
