"""Where two versions of a table differ, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from verification.expectation import TableRow
from verification.marts import Mart


@dataclass(frozen=True)
class Difference:
    """One row on which the two answers differ."""

    table: str
    name: TableRow
    at: int | None
    # column -> (expected, found)
    columns: dict[str, tuple[Any, Any]]
    # Set where the row is only on one side, or twice.
    problem: str = ""

    @property
    def kind(self) -> tuple[str, ...]:
        """What differences of one cause have in common."""
        return (self.table, self.problem or ", ".join(self.columns))


def differences_of(
    mart: Mart, expected: list[TableRow], found: list[TableRow]
) -> Iterator[Difference]:
    """The rows on which two versions of a mart differ, in order of time."""
    wanted = {tuple(row[column] for column in mart.key): row for row in expected}
    there: dict[tuple[Any, ...], TableRow] = {}
    for row in found:
        key = tuple(row[column] for column in mart.key)
        if key in there:
            yield _difference(mart, row, {}, "the row is there twice")
        there[key] = row
    compared = (*mart.columns, *(name for name, _ in mart.presence))
    for key in sorted(wanted.keys() | there.keys(), key=lambda key: (key[-1], key)):
        if key not in there:
            yield _difference(mart, wanted[key], {}, "expected, but not in the table")
        elif key not in wanted:
            yield _difference(mart, there[key], {}, "in the table, but not expected")
        else:
            columns = {
                column: (wanted[key][column], there[key][column])
                for column in compared
                if not _equal(wanted[key][column], there[key][column])
            }
            if columns:
                yield _difference(mart, wanted[key], columns)


def _difference(
    mart: Mart, row: TableRow, columns: dict[str, tuple[Any, Any]], problem: str = ""
) -> Difference:
    compared = {} if columns else {c: (row[c], row[c]) for c in mart.columns}
    name = {column: row[column] for column in mart.key}
    return Difference(mart.name, name, row[mart.instant], columns or compared, problem)


def _equal(expected: Any, found: Any) -> bool:
    """Equal values; a ratio is exact here and a double in the table."""
    if isinstance(found, float) and expected is not None:
        return float(expected) == found
    return expected == found
