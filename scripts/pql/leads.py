"""The hottest leads as a table: who, how strong, why, and by when to answer."""

from rich.console import Console

from pql.console import new_table, printable
from pql.instants import instant_text
from pql.marts import Marts, Record

DEFAULT_LIMIT = 20

_HOTTEST = """
    select *
    from marts.pql_scores
    where model_id = ? and status in ('hot', 'pql', 'candidate')
    order by
        list_position(['hot', 'pql', 'candidate'], status),
        respond_by_at nulls last,
        score desc,
        user_id
    limit ?
"""

_COUNTS = """
    select status, count(*) as people
    from marts.pql_scores
    where model_id = ?
    group by all
    order by list_position(['hot', 'pql', 'candidate', 'not_qualified', 'excluded'], status)
"""

_STYLES = {"hot": "bold red", "pql": "green", "candidate": "yellow"}


def print_leads(console: Console, marts: Marts, model_id: str, limit: int) -> None:
    """The leads to answer first, under one line that says how many there are."""
    as_of = marts.as_of()
    if as_of is None:
        console.print("Nobody is scored: the input holds no accepted event and no user.")
        return
    counts = marts.rows(_COUNTS, model_id)
    summary = ", ".join(f"{row['people']:,} {row['status']}" for row in counts) or "nobody"
    console.print(f"{model_id} at {instant_text(as_of)} UTC: {summary}")
    leads = marts.rows(_HOTTEST, model_id, limit)
    if not leads:
        console.print("There is no lead: nobody is hot, a PQL or a candidate.")
        return

    table = new_table()
    table.add_column("Who", max_width=20, overflow="fold")
    table.add_column("Account", max_width=16, overflow="fold")
    table.add_column("Status", max_width=18)
    table.add_column("Score", justify="right")
    table.add_column("a/u/f/i", no_wrap=True)
    table.add_column("Why", ratio=1)
    table.add_column("Answer by", no_wrap=True)
    for lead in leads:
        table.add_row(
            printable(lead["user_id"]),
            printable(lead["account_id"]),
            _status(lead),
            str(lead["score"]),
            _layers(lead),
            _why(lead),
            instant_text(lead["respond_by_at"]) if lead["respond_by_at"] else "",
            style=_STYLES.get(lead["status"]) if lead["status"] == "hot" else None,
        )
    console.print(table)


def _status(lead: Record) -> str:
    triggers = f"\n{printable(lead['hot_triggers'])}" if lead["hot_triggers"] else ""
    return lead["status"] + triggers


def _layers(lead: Record) -> str:
    layers = ("activation", "usage", "fit", "intent")
    return "/".join(str(lead[f"{layer}_points"]) for layer in layers)


def _why(lead: Record) -> str:
    return printable(lead["top_reasons"]).replace("; ", "\n")
