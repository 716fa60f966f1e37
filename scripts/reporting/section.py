"""A section of the page: a question, an answer in words, and a picture or table of it."""

from dataclasses import dataclass

from reporting.charts import Spec


@dataclass(frozen=True)
class Table:
    """A table; the first column is a heading of its row."""

    headings: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Section:
    """One question. Without a picture and a table, the answer says why there is none."""

    name: str
    title: str
    answer: str
    chart: Spec | None = None
    table: Table | None = None
    note: str = ""
    # A picture beside another one where the page is wide enough.
    is_half: bool = False
