"""The hottest leads as a table: who, how strong, why, and by when to answer."""

from rich.console import Console
from rich.text import Text

from pql import words
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
    group by status
    order by list_position(['hot', 'pql', 'candidate', 'not_qualified', 'excluded'], status)
"""

_LAYER_POINTS = ("activation_points", "usage_points", "fit_points", "intent_points")
_REASONS = 2


def hottest(marts: Marts, model_id: str, limit: int) -> list[Record]:
    """The leads to answer first."""
    return marts.rows(_HOTTEST, model_id, limit)


def print_leads(console: Console, marts: Marts, model_id: str, limit: int) -> None:
    """The leads to answer first, under one line that says how many there are."""
    as_of = marts.as_of()
    if as_of is None:
        console.print("Nobody is scored: the input holds no accepted event and no user.")
        return
    counts = marts.rows(_COUNTS, model_id)
    summary = ", ".join(f"{row['people']:,} {row['status']}" for row in counts) or "nobody"
    console.print(f"{model_id} at {instant_text(as_of)} UTC: {summary}")
    leads = hottest(marts, model_id, limit)
    if not leads:
        console.print("There is no lead: nobody is hot, a PQL or a candidate.")
        return

    table = new_table()
    table.add_column("Who\nAccount", max_width=20, overflow="fold")
    table.add_column("Status\nTrigger", max_width=10)
    table.add_column("Score\na/u/f/i", no_wrap=True)
    table.add_column("Why", ratio=1)
    table.add_column("Answer by", no_wrap=True)
    for lead in leads:
        table.add_row(
            _two_lines(lead["user_id"], lead["account_id"]),
            _two_lines(lead["status"], words.spaced(lead["hot_triggers"] or "")),
            _two_lines(lead["score"], "/".join(str(lead[column]) for column in _LAYER_POINTS)),
            printable("; ".join((lead["top_reasons"] or "").split("; ")[:_REASONS])),
            f"{lead['respond_by_at']:%d %b %H:%M}" if lead["respond_by_at"] else "",
        )
    console.print(table)
    console.print("\nEvery point of a person: make explain USER=<who>")


def _two_lines(first: object, second: object) -> Text:
    """What matters, and below it in a lower voice what belongs to it."""
    return Text.assemble(printable(first), ("\n" + printable(second), "dim"))
