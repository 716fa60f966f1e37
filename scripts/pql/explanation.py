"""One person's score at one instant, in words: what they have, what they lack, what comes next."""

from rich.console import Console

from pql import words
from pql.console import UserError, new_table, printable
from pql.instants import instant_text, parse_instant
from pql.marts import Marts, Record
from pql.rulebook import read_published
from pql.subject import Subject

_TRANSITIONS_SHOWN = 6
_COMPARED = ("status", "score", "qualified_by", "pillars_missing", "ineligibility_reason")


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
        parts.append(f"left out: {subject.exclusion(state['ineligibility_reason'])}")
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
            console.print(f"Hot trigger: {subject.trigger(trigger_id)}.")
    if score["respond_by_at"]:
        console.print(f"Answer by {instant_text(score['respond_by_at'])} UTC.")
    if score["points_to_pql"] and score["status"] != "excluded":
        console.print(f"Points missing to the PQL threshold: {score['points_to_pql']}.")
    if score["next_step"]:
        console.print(f"Shortest way to qualify: {printable(score['next_step'])}.")


def _print_ledger(console: Console, subject: Subject, state: Record) -> None:
    table = new_table()
    table.add_column("Points", justify="right")
    table.add_column("For", ratio=1)
    table.add_column("Since (UTC)", no_wrap=True)
    table.add_column("Until (UTC)", no_wrap=True)
    for line, what in subject.ledger():
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


def _print_pillars(console: Console, subject: Subject, state: Record) -> None:
    if state["pillars_held"]:
        console.print(f"Pillars held: {state['pillars_held']}.")
    rows = subject.pillar_rows(state["model_version"])
    for pillar in (state["pillars_missing"] or "").split(", "):
        texts = {row["missing_text"] for row in rows if row["pillar"] == pillar}
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
            subject.cause(row),
        )
    console.print()
    console.print(table)
