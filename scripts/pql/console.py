"""How commands speak: one console, one kind of error, tables of one look."""

import sys

import click
from rich import box
from rich.console import Console
from rich.table import Table

# Where output is no terminal (a log, a pipe) tables are this wide.
WIDTH_WITHOUT_TERMINAL = 100


class UserError(click.ClickException):
    """Something the caller can put right: one sentence, exit code 2."""

    exit_code = 2


def open_console(*, stderr: bool = False, record: bool = False) -> Console:
    """A console that prints data as it is: ids may contain what rich would read as markup."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(
        stderr=stderr,
        record=record,
        width=None if stream.isatty() else WIDTH_WITHOUT_TERMINAL,
        markup=False,
        highlight=False,
        emoji=False,
    )


def new_table(title: str | None = None) -> Table:
    """A table without side borders, which leaves the width to its content."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )


def printable(value: object) -> str:
    """The text of a value from the data, without what could steer a terminal; nothing for null."""
    if value is None:
        return ""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value)
    )
